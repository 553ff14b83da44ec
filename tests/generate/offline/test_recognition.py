import pytest

from castad_cli.generate.offline.recognition import recognise, recognise_kind, residue


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("오션뷰 객실", "ocean_view"),
        ("프라이빗 스파", "private_spa"),
        ("바베큐 테라스", "bbq"),
        ("선물 포장", "gift"),
        ("무료 배송", "free_shipping"),
        ("주차장 완비", "parking"),
        ("꽃 정기구독", "flowers"),
        ("활어회", "seafood"),
        ("한정식", "homemade"),
        ("Hand-drip coffee", "hand_drip"),
        ("house-roasted beans", "roastery"),
        ("heated swimming pools", "pool"),
        ("pet-friendly rooms", "pets"),
        ("海の見える部屋", "ocean_view"),
        ("海鮮丼", "seafood"),
        ("露天風呂", "hot_spring"),
        ("手冲咖啡", "hand_drip"),
        ("寵物友善", "pets"),
        ("วิวทะเล", "ocean_view"),
        ("กาแฟดริป", "hand_drip"),
        ("view biển", "ocean_view"),
        ("hồ bơi vô cực", "pool"),
        ("bánh kem", "dessert"),
        ("غرف بإطلالة على البحر", "ocean_view"),
        ("المسبح الخاص", "pool"),
        ("الفطور مجانًا", "breakfast"),
    ],
)
def test_a_highlight_is_recognised_in_any_language(text: str, concept: str) -> None:
    assert recognise(text)[0] == concept


@pytest.mark.parametrize("text", ["주차 불가", "no pets", "ペット不可", "禁止宠物", "không có hồ bơi", "ไม่มีที่จอดรถ"])
def test_what_is_not_there_is_never_recognised(text: str) -> None:
    assert recognise(text) == ()


@pytest.mark.parametrize("text", ["특별한 기회", "사회 공헌", "steak sauce bottle", "服務周到", "五星級"])
def test_a_word_inside_another_word_is_not_recognised(text: str) -> None:
    assert set(recognise(text)) & {"stars", "seafood", "tea", "clothing"} == set()


def test_words_that_are_everywhere_count_only_alone() -> None:
    assert recognise("room with an ocean view")[0] == "ocean_view"
    assert recognise("넓은 객실") == ("bedding",)


def test_what_a_highlight_says_beyond_its_concept_remains() -> None:
    assert residue("넓고 깊은 온수풀") == "넓고깊은"
    assert residue("오션뷰 객실") == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("하늘마루 펜션", "pension"),
        ("도자기 공방", "ceramics_shop"),
        ("tea house", "tea_house"),
        ("溫泉旅館", "ryokan"),
        ("ร้านอาหารทะเล", "seafood_restaurant"),
        ("quán cà phê", "cafe"),
        ("미용실", "hair_salon"),
        ("바버샵", "barbershop"),
        ("네일샵", "nail_salon"),
        ("헬스장", "gym"),
        ("기구 필라테스", "pilates_studio"),
        ("애견호텔", "pet_hotel"),
        ("강아지 유치원", "pet_daycare"),
        ("펫샵", "pet_shop"),
        ("고양이 카페", "pet_cafe"),
        ("플라워 클래스", "flower_class"),
        ("피아노 학원", "music_school"),
        ("치과의원", "dental_clinic"),
        ("동물병원", "animal_hospital"),
        ("세탁소", "laundry"),
        ("사진관", "photo_studio"),
        ("dog grooming", "pet_grooming"),
        ("dentist", "dental_clinic"),
        ("barber shop", "barbershop"),
        ("歯科医院", "dental_clinic"),
        ("美甲店", "nail_salon"),
        ("寵物美容", "pet_grooming"),
        ("ร้านซักรีด", "laundry"),
        ("phòng tập yoga", "yoga_studio"),
        ("عيادة أسنان", "dental_clinic"),
    ],
)
def test_the_kind_of_business_is_recognised_in_any_language(text: str, kind: str) -> None:
    found = recognise_kind(text)
    assert found is not None
    assert found.id == kind


def test_an_unknown_kind_is_no_kind() -> None:
    assert recognise_kind("zzz") is None


@pytest.mark.parametrize("text", ["수제 간식", "宠物零食", "手作りおやつ", "Handmade treats", "ขนมแมว"])
def test_treats_are_food_and_no_piece_of_craft(text: str) -> None:
    assert recognise(text, "shop")[:1] == ("treats",)


def test_what_is_taken_away_from_a_shop_is_no_meal() -> None:
    assert "takeaway" not in recognise("무료 포장", "shop")
    assert recognise("포장 가능", "restaurant")[:1] == ("takeaway",)


@pytest.mark.parametrize(
    ("text", "may_come"),
    [
        ("강아지 동반 가능", True),
        ("반려견 환영", True),
        ("pet friendly", True),
        ("Dogs welcome", True),
        ("ペット可", True),
        ("可携宠物", True),
        ("พาน้องหมามาได้", True),
        ("마당을 지키는 강아지 콩이", False),
        ("A dog called Bean by the stove", False),
        ("看板犬のいる庭", False),
        ("店里的狗狗", False),
    ],
)
def test_an_animal_that_is_there_is_no_permission_to_bring_one(text: str, may_come: bool) -> None:
    assert ("pets" in recognise(text, "stay")) == may_come
