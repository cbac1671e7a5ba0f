"""Where a table's header is: below a title, twice in two languages, or once more in the middle; and names of columns as Chinese shops use
them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.catalogue.reading import OneWay, outcomes, rows, values

from similis.catalogue import Product, RawRow, Reject, read_products


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_lines_above_the_header_are_skipped(delimiter: str) -> None:
    lines = ["2026年11月商品清单", "", delimiter * 2, "编号,品名,价格", "1,台灯,10", "2,椅子,20"]
    data = "\n".join(line.replace(",", delimiter) for line in lines).encode()
    assert values(data) == [{"编号": "1", "品名": "台灯", "价格": "10"}, {"编号": "2", "品名": "椅子", "价格": "20"}]
    assert [row.line for row in rows(data)] == [5, 6]


def test_a_first_line_that_names_columns_is_the_header_however_narrow() -> None:
    assert outcomes(b"id,title\n1,a,price\n2,b\n") == [(2, "1", "ragged_row"), (3, "2", "ok")]


def test_a_wider_line_that_names_nothing_is_no_header() -> None:
    assert outcomes(b"a\n1,2\n3,4\n") == [(2, "1", "ragged_row"), (3, "3", "ragged_row")]


def test_the_export_of_taobaos_assistant_is_read() -> None:
    english = "title\tcid\tstuff_status\tprice\tnum\tdescription\tpicture\touter_id\tnum_id\tbarcode"
    chinese = "宝贝名称\t宝贝类目\t新旧程度\t宝贝价格\t宝贝数量\t宝贝描述\t新图片\t商家编码\t数字ID\t商品条形码"
    first = '春季风衣\t50008899\t1\t299\t100\t"<p>好</p>"\tabc:1:0:|http://x/1.jpg;\tFY-1\t520000001\t6901234567892'
    text = "\n".join(["version 1.00", english, chinese, first, "夏季短袖\t50008899\t1\t59\t3\t\t\tDX-1\t520000002\t", ""])
    feed = read_products(OneWay(text.encode("utf-16")))
    found = [item for item in feed if isinstance(item, Product)]
    assert feed.rows == 2
    assert [(item.id, item.title, item.price) for item in found] == [
        ("520000001", "春季风衣", Decimal(299)),
        ("520000002", "夏季短袖", Decimal(59)),
    ]
    assert (found[0].description, found[0].gtin) == ("好", "6901234567892")


def test_two_headers_are_told_from_a_product_called_like_one() -> None:
    assert len(rows("id,title,price,stock\n编号,标题,价格,库存\n1,a,2,3\n".encode())) == 1
    assert len(rows("id,title,price,stock\n编号,标题,9,1\n1,a,2,3\n".encode())) == 2


def test_a_header_that_comes_again_is_no_product() -> None:
    joined = b"id,title\n1,a\nid,title\n2,b\n"
    assert outcomes(joined) == [(2, "1", "ok"), (3, None, "repeated_header"), (4, "2", "ok")]
    (reject,) = [row for row in rows(joined) if not isinstance(row, RawRow)]
    assert isinstance(reject, Reject)
    assert reject.message == "the header stands here again; remove the line"


def test_the_columns_of_chinese_market_places() -> None:
    text = (
        "宝贝标题,宝贝id,宝贝类目,宝贝价格,拼单价,宝贝数量,宝贝属性,宝贝图片,商家编码\n"
        "碎花长裙,623456789012,女装/连衣裙,¥129.00,99,35,材质:雪纺;风格:甜美,https://img.example/1.jpg;https://img.example/2.jpg,HD-001\n"
    )
    (product,) = read_products(OneWay(text.encode("gb18030")))
    assert isinstance(product, Product)
    assert (product.id, product.title, product.category_path) == ("623456789012", "碎花长裙", ("女装", "连衣裙"))
    assert (product.price, product.sale_price, product.stock) == (Decimal("129.00"), Decimal(99), 35)
    assert product.attributes == {"材质": ("雪纺",), "风格": ("甜美",)}
    assert product.image_links == ("https://img.example/1.jpg", "https://img.example/2.jpg")
    assert product.extra == {"商家编码": "HD-001"}
    (other,) = read_products(OneWay("商家编码,宝贝标题\nHD-001,长裙\n".encode()))
    assert isinstance(other, Product)
    assert other.id == "HD-001"
