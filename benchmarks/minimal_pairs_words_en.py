"""English words of the minimal pairs' own titles: one line for each kind and department, products between ``;``, quantities behind."""

_BRANDS = (
    "Aldera Brightwell Cortano Dunmore Eskvale Fenwick Garrano Hollis Ivarsson Juniper Kestrel Lomond Marlow Norvik Oakridge Pellworth "
    "Quillan Rothbury Solveig Tamsin Ulverton Vantis Wexcombe Yarrow Zellano Ardmore Bexley Calder Drummond Everline"
)
BRANDS = tuple(_BRANDS.split())
TAILS = (
    "black", "white", "new design", "for home and office", "best seller", "gift idea", "classic", "value line", "eco", "blue",
    "with free delivery", "original", "premium quality", "light grey",
)  # fmt: skip
LAYOUTS = ("{b} {p} {q}", "{b} {p}, {q}", "{b} {p} {q} {t}", "{p} {q} by {b}", "{b} {q} {p}", "{b} {p} ({q})", "{b} {p} - {q} - {t}")

TABLE = """
volume | drinks | sparkling water lemon; still mineral water; pilsner beer can; cola zero sugar; cloudy apple juice; oat drink barista | 25cl 33cl 50cl 75cl 1l 1.5l 2l
volume | cosmetics | moisturising body lotion; micellar water; argan shampoo; rose eau de parfum; hand cream pump; sun milk | 30ml 50ml 75ml 100ml 150ml 200ml 250ml 400ml
volume | detergents | laundry liquid sensitive; dish soap citrus; window cleaner spray; fabric softener | 500ml 750ml 1l 1.5l 2l 3l
volume | kitchen | electric kettle cordless; slow cooker ceramic; insulated bottle steel; milk frother jug | 0.5l 0.75l 1.2l 1.7l 3.5l
volume | imported drinks | cold brew coffee; root beer; orange sports drink | 8_fl_oz 12_fl_oz 16_fl_oz 20_fl_oz
mass | food | basmati rice; rolled oats; ground coffee dark roast; dark chocolate bar; crunchy peanut butter; red lentils | 100g 250g 400g 500g 750g 1kg 1.5kg 2.5kg
mass | pet food | dry cat food salmon; adult dog food lamb; puppy kibble chicken; clumping cat litter | 400g 800g 1.5kg 2kg 4kg 12kg
mass | supplements | magnesium tablets; vitamin C effervescent; omega capsules | 250mg 400mg 500mg 1000mg
mass | imported food | cheddar crackers; maple granola; beef jerky original | 8_oz 12_oz 16_oz 1_lb 2_lb 5_lb
mass | fitness | cast iron kettlebell; vinyl dumbbell; medicine ball | 2kg 4kg 7.5kg 10kg 16kg
length | cables | braided charging cable; HDMI cable gold plated; network patch cable; audio extension lead; garden hose flexible | 0.5m 1m 1.5m 1.8m 2m 3m 5m 10m
length | tools | steel ruler; tape measure; spirit level aluminium; masonry drill bit; paint brush flat | 10mm 25mm 60cm 1m 2m 5m
length | textiles | curtain tie band; cotton ribbon roll; zip fastener; sewing elastic | 20cm 40cm 75cm 1.5m 3m 10m
length | imported tools | adjustable wrench; extension cord outdoor; bar clamp | 8_inch 10_inch 12_inch 6_ft 10_ft 25_ft
dimensions | home | oak photo frame; doormat coir; cushion cover linen; canvas wall print; bath towel combed cotton | 30x40cm 40x60cm 50x70cm 13x18cm 45x45cm 70x140cm
dimensions | stationery | whiteboard magnetic; cork notice board; desk pad leather; gift box lid | 60x90cm 45x60cm 40x80cm 20x15x8cm 30x20x10cm
dimensions | tools | plywood sheet; storage box stackable; sanding sheets; plastic tarpaulin | 230x280mm 300x400x250mm 4x6m 2x3m 600x400mm
screen | laptops | ultrabook laptop aluminium; gaming laptop; convertible notebook; business laptop | 13.3" 14" 15.6" 16" 17.3"
screen | TVs | LED smart TV; OLED television; QLED TV slim | 32" 43" 50" 55" 65" 75"
screen | monitors | curved monitor; office display IPS; tablet screen protector; laptop sleeve | 10.1" 11" 21.5" 24" 27" 34"
storage | storage | USB flash drive metal; microSD card; portable SSD; external hard drive; NVMe solid state drive | 32GB 64GB 128GB 256GB 500GB 512GB 1TB 2TB 4TB
storage | phones | smartphone dual SIM; tablet wifi; handheld game console | 64GB 128GB 256GB 512GB
power | lamps | LED floor lamp; garden floodlight; desk lamp dimmable; LED bulb warm white | 5W 9W 15W 20W 50W
power | household | hand blender; steam iron; vacuum cleaner bagless; fan heater; electric kettle; hair dryer ionic | 600W 800W 1200W 1500W 2000W 2200W 2400W
power | tools | angle grinder; hammer drill; circular saw; petrol generator | 750W 900W 1100W 1300W 2.5kW 3kW
charge | batteries | power bank slim; phone replacement battery; camera battery pack; cordless drill battery; rechargeable cells | 1500mAh 2600mAh 4000mAh 5000mAh 10000mAh 20000mAh
charge | vehicles | motorcycle battery gel; golf cart battery; leisure battery | 9Ah 12Ah 18Ah 60Ah 100Ah
energy | batteries | portable power station; e-bike battery; home storage module; laptop battery | 48Wh 99Wh 500Wh 1kWh 1.5kWh 2kWh
voltage | tools | cordless screwdriver; impact driver; battery charger; lawn trimmer cordless | 3.6V 10.8V 12V 18V 36V
voltage | lamps | LED strip driver; car lamp; doorbell transformer; travel kettle | 5V 9V 12V 24V 110V 230V
frequency | electronics | wireless keyboard; gaming monitor fast; two-way radio; baby monitor audio; wifi antenna | 2.4GHz 5GHz 60Hz 144Hz 240Hz 433MHz
frequency | laptops | desktop memory module; mini PC quad core; processor boxed | 2400MHz 3200MHz 3600MHz 2.6GHz 3.4GHz 4.2GHz
time | household | scented candle burn time; sous vide timer; egg timer mechanical; headphones playtime; emergency lamp runtime | 30min 45min 60min 90min 8h 12h 24h 48h
time | cosmetics | heat wrap pain relief; overnight hair mask; deodorant stick protection; long wear foundation | 8h 12h 24h 48h 72h
pack | paper | kitchen roll three layers; facial tissues box; toilet paper soft; copy paper reams | 2 3 4 6 8 9 12 16 24
pack | stationery | gel pens blue; pencils HB; glue sticks; highlighters pastel; envelopes white | 2 3 4 5 6 8 10 12 20 24 48
pack | batteries | AA alkaline batteries; coin cells lithium; hearing aid batteries | 2 4 6 8 10 12 20 24
pack | food | muesli bars honey; tea bags earl grey; coffee capsules lungo; energy gels | 6 10 12 16 18 20 24 36 48
pack | pet food | wet cat food pouches; dental sticks dog; dog waste bags | 4 6 7 12 24 28
set | kitchen | saucepan induction; knife block; mixing bowls; food containers glass | 3 4 5 6 8 10
set | tools | screwdriver precision; socket wrench; drill bits | 3 5 6 7 8 10 12
pairs | clothes | ankle socks cotton; work gloves nitrile; shoe laces flat; trouser socks | 2 3 5 6 10
multipack | drinks | natural spring water; lager cans; orange soda; iced tea peach; coconut water | 4*500ml 6*1.5l 6*330ml 8*250ml 12*33cl 24*500ml 12*1l
multipack | food | tomato passata; tuna in olive oil; rice pudding; salted butter | 3*80g 4*125g 6*200g 12*400g 8*150g
multipack | detergents | hand soap refill; toilet cleaner gel; bleach thick | 2*500ml 3*750ml 4*1l 6*1.5l
size | shoes | running shoes mesh; leather chelsea boots; canvas sneakers; hiking boots waterproof; garden clogs | eu_38 eu_39 eu_40 eu_41 eu_42 eu_43 eu_44 us_7.5 us_8.5 us_9 us_10.5
size | clothes | crew neck t-shirt; fleece jacket; rain coat hooded; yoga leggings; polo shirt pique; knitted cardigan | S M L XL 2XL 3XL 4XL one
size | jeans | slim fit jeans; straight leg denim; chino trousers | jeans_30_32 jeans_32_34 jeans_34_32 jeans_36_30
size | children | kids snow suit; school polo; pyjamas dinosaur | child_92 child_104 child_110 child_122 child_134
notation | batteries | power bank fast charge; solar power bank | 10000mAh 20000mAh 5000mAh 26800mAh
notation | food | olive oil extra virgin; sunflower oil; whole milk; apple cider | 0.75_l 1.5_l 0.5_l 2.5_l 0.33_l
notation | tools | copper pipe; socket adapter; hose connector; plywood board; wood chisel | 0.5_inch 0.75_inch 0.25_inch 0.375_inch 1.5_inch 1.25_inch
notation | paper | greeting cards; notebook ruled; wooden crayons; paint tubes; tea light candles | 3-pack 4-pack 6-pack 8-pack 10-pack 12-pack
notation | office | label roll; staples galvanised; thermal receipt roll; printer toner page yield | 1000_pcs 1500_pcs 2500_pcs 5000_pcs 12000_pcs
"""  # noqa: E501  # a table
