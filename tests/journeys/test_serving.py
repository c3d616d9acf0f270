"""What the server answers before the portal hears of a request."""


def test_an_address_too_long_for_the_server_gets_a_page_in_both_languages(server):
    status, page = server.get("/de/search?q=" + "x" * 20_000)
    assert status == 414
    assert "Diese Adresse ist zu lang" in page and "This address is too long" in page and 'href="/de/"' in page
