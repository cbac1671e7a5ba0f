"""Texts to vectors: the encoder protocol, ONNX inference, the model library. Importing it loads no native runtime."""

from similis.encoding.library import BUNDLED, Precision, export_bundled, open_encoder
from similis.encoding.onnx_encoder import OnnxEncoder, OnnxOptions
from similis.encoding.protocol import Encoder, Progress, Role, SupportsTokenStates, TokenStates

__all__ = [
    "BUNDLED",
    "Encoder",
    "OnnxEncoder",
    "OnnxOptions",
    "Precision",
    "Progress",
    "Role",
    "SupportsTokenStates",
    "TokenStates",
    "export_bundled",
    "open_encoder",
]
