"""Places as people write them, resolved against the Code officiel géographique that is shipped."""

import pytest

from maille.loaders.places.resolve import Places, Stated


@pytest.mark.parametrize(
    ("stated", "commune"),
    [
        (Stated(code="69123"), "69123"),
        (Stated(code="49069"), "49126"),
        (Stated(code="97801"), "97801"),
        (Stated(code="2a004"), "2A004"),
        (Stated(code="1004"), "01004"),
        (Stated(name="Ambérieu-en-Bugey (01004)"), "01004"),
        (Stated(name="NANTES CEDEX 3", postcode="44322"), "44109"),
        (Stated(name="MARSEILLE CEDEX 03", postcode="13331"), "13055"),
        (Stated(name="VilleurbanneCEDEX", postcode="69622"), "69266"),
        (Stated(name="ST BARTHELEMY D ANJOU CEDE", postcode="49180"), "49267"),
        (Stated(name="ROUEN CEDEX1", postcode="76186"), "76540"),
        (Stated(name="ILLKIRCH CEDEX - ILLKIRCH GRAFFENSTADEN", postcode="67401"), "67218"),
        (Stated(name="Havre (Le)"), "76351"),
        (Stated(name="LE HAVRE CEDEX", postcode="76063"), "76351"),
        (Stated(name="Kremlin Bicêtre", postcode="94270"), "94043"),
        (Stated(name="L'Haÿ-Les-Roses", postcode="94240"), "94038"),
        (Stated(name="St-Martin-d?Hères", postcode="38400"), "38421"),
        (Stated(name="Ville-D’Avray", postcode="92410"), "92077"),
        (Stated(name="Puteaux / Paris La Défense", postcode="92800.0", departement="92.0"), "92062"),
        (Stated(name="Choisy", postcode="94600"), "94022"),
        (Stated(name="Boulogne", postcode="92100"), "92012"),
        (Stated(name="Saint-Ouen", postcode="93400"), "93070"),
        (Stated(name="Bruyères de Châtel", postcode="91680"), "91115"),
        (Stated(name="Annecy-le-Vieux CEDEX", postcode="74944"), "74010"),
        (Stated(name="Lomme", departement="Nord"), "59350"),
        (Stated(name="Corte", postcode="20250", departement="D02B"), "2B096"),
        (Stated(name="CEDEX", postcode="75685 Cedex 14"), "75056"),
        (Stated(name="Paris", postcode="7501"), "75056"),
        (Stated(postcode="avenue jean jaurès 93300 aubervilliers"), "93001"),
        (Stated(address="3 rue X, 75011 Paris"), "75056"),
        (Stated(name="CEDEX", address="BP 1, 92914 Nanterre"), "92050"),
        (Stated(address="3 rue de Lyon 75012"), "75056"),
        (Stated(name="Évry", postcode="91025"), "91228"),
        (Stated(name="Saint-Denis (93)"), "93066"),
        (Stated(name="Saint-Denis (La Réunion)"), "97411"),
        (Stated(name="Montreuil, Seine-Saint-Denis"), "93048"),
        (Stated(name="Saint-Denis", departement="93 - Seine-Saint-Denis"), "93066"),
        (Stated(name="Reims (51100)"), "51454"),
        (Stated(name="F-69001 Lyon"), "69123"),
        (Stated(name="Lyon", postcode="69 001"), "69123"),
        (Stated(name="Ville de Lyon"), "69123"),
        (Stated(name="Mairie d'Évry-Courcouronnes"), "91228"),
        (Stated(name="Ville d'Avray"), "92077"),
        (Stated(name="Paris", point=(float("nan"), 2.0)), "75056"),
        (Stated(name="Paris", point=(0.0, 0.0)), "75056"),
        (Stated(name="Paris", country="France"), "75056"),
        (Stated(name="Cayenne", country="Guyane française"), "97302"),
        (Stated(name="Bourg-en-Bresse", postcode="1000.0"), "01053"),
        (Stated(name="COURCOURONNES", postcode="91080"), "91228"),
        (Stated(name="Châlons-sur-Marne"), "51108"),
        (Stated(name="Paris La Défense", postcode="92800"), "92062"),
        (Stated(name="Billancourt", postcode="92100"), "92012"),
        (Stated(name="Issy Le Moulineaux", postcode="92130"), "92040"),
        (Stated(code="55273", name="Lamarche-en-Woëvre"), "55386"),
        (Stated(name="St Denis", point=(55.45, -20.9)), "97411"),
    ],
)
def test_what_people_write_leads_to_one_commune(places: Places, stated: Stated, commune: str) -> None:
    found = places.resolve(stated)

    assert (found.outcome, found.commune, found.candidates) == ("matched", commune, (commune,)), found


@pytest.mark.parametrize(
    ("stated", "arrondissement"),
    [
        (Stated(code="75111"), "75111"),
        (Stated(name="Paris  6e"), "75106"),
        (Stated(name="Lyon 8e", postcode="69372"), "69388"),
        (Stated(name="Paris 11ème"), "75111"),
        (Stated(name="MARSEILLE 13"), "13213"),
        (Stated(name="75011 Paris"), "75111"),
        (Stated(name="Paris XVIe"), "75116"),
        (Stated(name="Paris", postcode="75116"), "75116"),
        (Stated(name="Paris CEDEX 06", postcode="75270"), "75106"),
        (Stated(postcode="75685 Cedex 14"), "75114"),
        (Stated(name="PARIS CEDEX 11", postcode="75015"), "75115"),
        (Stated(name="Marseille Cedex 20", postcode="13397"), None),
        (Stated(name="Paris 8e", postcode="75011"), None),
        (Stated(name="Paris 21"), None),
        (Stated(name="Cergy 1", postcode="95000"), None),
    ],
)
def test_the_municipal_arrondissement_is_kept_beside_its_commune(
    places: Places, stated: Stated, arrondissement: str | None
) -> None:
    assert places.resolve(stated).arrondissement == arrondissement


@pytest.mark.parametrize(
    ("stated", "candidates"),
    [
        (Stated(name="Paris", postcode="92100"), ("75056", "92012")),
        (Stated(postcode="92100", departement="75"), ("92012",)),
        (Stated(name="Choisy", postcode="94400", departement="94"), ("94022", "94081")),
        (Stated(name="Colombelles-Rouen"), ("14167", "76540")),
        (Stated(name="Mérignac-Bordeaux"), ("33063", "33281")),
        (Stated(name="Pessac-Bordeaux", departement="33"), ("33063", "33318")),
        (Stated(name="CERGY PONTOISE CEDEX", postcode="95021"), ("95127", "95500")),
        (Stated(name="PARIS LA DÉFENSE CEDEX", postcode="92916"), ("92026", "92050", "92062")),
        (Stated(name="Paris", postcode="92050", point=(2.3, 48.8)), ("75056",)),
        (Stated(name="campus scientifique", postcode="91190"), ("91272", "91538", "91679")),
        (Stated(code="69123", name="Rouen"), ("69123", "76540")),
        (Stated(code="PYEan", name="Le Caire"), ("04037",)),
        (Stated(code="69123", postcode="75001"), ("69123", "75056")),
        (Stated(name="Mont Saint Aignan Cedex", postcode="73821"), ("76451",)),
        (Stated(name="Paris", point=(-73.9, 40.7)), ("75056",)),
        (Stated(name="Saint-Denis"), ("11339", "30247", "93066", "97411")),
        (Stated(code="55273"), ("55245", "55386")),
    ],
)
def test_a_contradiction_or_a_shared_name_is_never_settled_in_silence(
    places: Places, stated: Stated, candidates: tuple[str, ...]
) -> None:
    found = places.resolve(stated)

    assert (found.outcome, found.commune, found.candidates) == ("ambiguous", None, candidates)
    assert found.reason
    assert found.contradictory == (found.score == 0.2)


@pytest.mark.parametrize(
    "stated",
    [
        Stated(),
        Stated(name="???", postcode="x", departement="y", code="z"),
        Stated(name="IRVINE"),
        Stated(name="SEOUL", postcode="03722"),
        Stated(name="Madrid", postcode="28040", departement="D999"),
        Stated(name="Le Caire", postcode="11441", departement="999"),
        Stated(name="Paris", country="Canada"),
        Stated(name="Monaco", postcode="98000"),
        Stated(name="Vienne, Autriche"),
        Stated(name="Luxembourg"),
        Stated(name="Nice", postcode="B-1000"),
        Stated(name="D-10115 Berlin"),
    ],
)
def test_what_is_abroad_or_says_nothing_is_unmatched_with_a_reason(places: Places, stated: Stated) -> None:
    found = places.resolve(stated)

    assert (found.outcome, found.commune, found.candidates, found.score) == ("unmatched", None, (), 0.0)
    assert found.reason


def test_a_match_against_the_stated_departement_says_so_and_scores_low(places: Places) -> None:
    found = places.resolve(Stated(name="Boulogne-Billancourt", postcode="92100.0", departement="75.0"))

    assert (found.outcome, found.commune, found.score) == ("matched", "92012", 0.5)
    assert found.contradictory
    assert "département 75" in found.reason


def test_a_point_abroad_overrules_nothing_that_is_sure_but_says_so(places: Places) -> None:
    found = places.resolve(Stated(name="Lyon", postcode="69001", point=(48.8, 2.3)))

    assert (found.outcome, found.commune, found.score) == ("matched", "69123", 0.5)
    assert "abroad or at sea" in found.reason


def test_a_code_that_is_not_of_today_is_kept(places: Places) -> None:
    assert places.resolve(Stated(code="49069")).source_code == "49069"
    assert places.resolve(Stated(code="97801")).source_code is None
    assert places.resolve(Stated(code="99999", name="Caen")).source_code is None


@pytest.mark.parametrize(
    ("stated", "nuts"),
    [
        (Stated(code="49069"), "FRG02"),
        (Stated(name="Choisy", postcode="94400", departement="94"), "FR107"),
        (Stated(name="CEDEX", postcode="92914"), "FR105"),
        (Stated(name="Saint-Denis CEDEX 9", postcode="97715"), "FRY40"),
        (Stated(name="Corte"), "FRM02"),
        (Stated(name="Nouméa", postcode="98851"), None),
        (Stated(name="Paris", postcode="92050"), None),
        (Stated(name="Madrid", postcode="28040"), None),
        (Stated(name="SEOUL", postcode="03722"), None),
        (Stated(name="Colombelles-Rouen"), None),
        (Stated(), None),
    ],
)
def test_the_nuts_territory_is_said_where_all_that_is_possible_lies_in_one(
    places: Places, stated: Stated, nuts: str | None
) -> None:
    assert places.resolve(stated).nuts == nuts


@pytest.mark.parametrize(
    ("postcode", "nuts"),
    [("69001", "FRK26"), ("69372", "FRK26"), ("20250", "FRM02"), ("01200", None), ("97150", None), ("x", None)],
)
def test_a_postcode_has_the_nuts_territory_of_its_departement(places: Places, postcode: str, nuts: str | None) -> None:
    assert places.nuts(postcode) == nuts
