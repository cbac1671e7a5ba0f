"""``similis status``: the state of a shop."""

from __future__ import annotations

from similis.cli.options import DEFAULT_SHOP, AsJson, Quiet, ShopFolder
from similis.cli.output import facts, print_json, remark, show


def status(shop: ShopFolder = DEFAULT_SHOP, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Show what a shop holds, and which generation answers.

    \b
    similis status
    similis status --shop my-shop --json
    """
    import similis

    with similis.open(shop, create=False) as opened:
        now = opened.status()
    if as_json:
        print_json(now.to_dict())
        return
    built = f"{now.generation}, built {now.built_at}" if now.generation else "none yet"
    rows = [("shop", now.folder), ("products", now.products), ("generation", built)]
    if now.generation:
        rows += [("newer than it", f"{now.fresh:,} written, {now.deleted:,} deleted")]
        rows += [("encoder", f"{now.encoder}, {now.dim} dimensions"), ("calibration", now.calibration)]
    show(facts([*rows, ("writes", now.seq), ("on disk", f"{now.disk_bytes / 1e6:,.1f} MB")]))
    if not now.generation or now.fresh or now.deleted:
        where = "" if shop == DEFAULT_SHOP else f" --shop {shop}"
        remark(f"next: similis build{where}", quiet=quiet)
