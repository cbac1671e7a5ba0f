"""What tests of Similis and of its extensions share: contracts, hypothesis strategies, a tiny encoder, a small catalogue.

A contract is a class of tests. A new backend passes it by naming its factory::

    class TestMyIndex(VectorIndexContract):
        build = staticmethod(MyIndex)
        load = staticmethod(MyIndex.load)

Needs pytest and hypothesis, which only the extra ``dev`` installs.
"""

from similis.testing.catalogue import small_catalogue
from similis.testing.contracts import EncoderContract, VectorIndexContract
from similis.testing.encoder import TinyEncoder
from similis.testing.strategies import masks, products, unit_vectors

__all__ = ["EncoderContract", "TinyEncoder", "VectorIndexContract", "masks", "products", "small_catalogue", "unit_vectors"]
