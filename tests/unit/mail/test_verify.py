"""Every scheme that old hosts hold is verified, as Dovecot does it."""

import statistics
import time

import pytest

from carteiro.mail.password import hash_password, needs_new_hash
from carteiro.mail.verify import matches

CLEAR = "Grüße, 3 peixes!"
# Made by Dovecot's doveadm pw for CLEAR.
MADE = {
    "ARGON2ID": "$argon2id$v=19$m=65536,t=3,p=1$Oqp1NMyLSiaehBG2plSGcQ$q6enOgc8FrCfsIyO/giGohuKfONh/jFoFmnNbjleX40",
    "ARGON2I": "$argon2i$v=19$m=32768,t=4,p=1$CsnevL5TgcGNtunf9l8xFQ$osDrG6jeJOGvLEPY1dfJz9yM77uYgSKTJEysRUfEXYA",
    "SHA512-CRYPT": "$6$6Ys3q/ZpCzADm40P$UMZkUPrV9KAhhGQD46DB.ZD8nRJFFnRHRf3WYVXgb.9o892/KTL9Yn4bq0Bv/3Ymkr12J1."
    "FTxrLQOqxmRVpR0",
    "SHA256-CRYPT": "$5$9GPIeLiU6G1yA37Y$PwGEqgReR6xb/cjdTTNMgpRfm/7ISwXpVUfycVWN.uD",
    "BLF-CRYPT": "$2y$05$.a9N8rC1lEl9Xr1NwzG0m.gYPPYlBYnvjqJGazagTUVGzBg/tnqjy",
    "MD5-CRYPT": "$1$TKV9z5v/$/aWArM6dge9YBdnurQEOH0",
    "DES-CRYPT": "yEtnhLgtyTAYc",
    "CRYPT": "$2y$05$GdYuQ.OqjMaR4elSXS.nj.grU9ZI/u4wuBtdWWfbGnlK0v0fNk/yi",
    "PBKDF2": "$1$6vNx5vFfLYmwUdCY$5000$08679c18166e44af6cdec766f60ed5bf3b46261f",
    "PLAIN-MD5": "035bdff0cec1f3cd6737b946b4515d78",
    "SSHA": "Ujc4WSSjUrdmgbVdHcXxCoN4OekO62IB",
    "SSHA256": "mB3nRKISK0CcZ0sM1jIFd26hf34VeXt6WsgrONNEXPK+7nta",
    "SSHA512": "2ZzwVdYxVOOc62kCoVvNVfPXUiEkNZ8jVIysvgs7Op6iZFvqpVvEhj+rqsjpsaaDL3fQ6aGhtyYagaXVSLgxAPfLYpM=",
    "SMD5": "dxK/tP0JsEkrU27uiYap6QJjPXs=",
    "SHA": "LbkA65llfOESkGkSvG/+4e0LV0s=",
    "SHA1": "LbkA65llfOESkGkSvG/+4e0LV0s=",
    "SHA256": "QH8eSf68ml1DW4dbNjxNU143pRFITJtW5lYeil8teL4=",
    "SHA512": "Vzu9Ahx/CzsE7qmasNAyhMxFV9u8xqCgGCjnrF3mEdMaYWHXW2XGuIOL9ecNKkZrXxB/uicWp0iN8QxosHioHQ==",
    "LDAP-MD5": "A1vf8M7B881nN7lGtFFdeA==",
    "MD5": "$1$ub0.SXNH$TPavHUjV17T8qWR1XYUxk1",
}


@pytest.mark.parametrize("scheme", MADE)
def test_a_hash_of_dovecots_knows_its_password_and_no_other(scheme: str) -> None:
    stored = f"{{{scheme}}}{MADE[scheme]}"
    assert matches(stored, CLEAR)
    assert not matches(stored, CLEAR.upper())
    assert not matches(stored, "")
    assert needs_new_hash(stored)


def test_our_own_hashes_are_verified_and_stay() -> None:
    stored = hash_password(CLEAR)
    assert matches(stored, CLEAR)
    assert not matches(stored, CLEAR + " ")
    assert not needs_new_hash(stored)


@pytest.mark.parametrize("clear", ["", "x" * 600, "secret\0", "secret\udce9"])
def test_what_can_be_no_password_matches_nothing(clear: str) -> None:
    assert not matches(hash_password("secret"), clear)
    assert not matches("", clear)


def test_the_end_of_a_c_string_is_no_way_in() -> None:
    assert not matches("{MD5-CRYPT}" + MADE["MD5-CRYPT"], CLEAR + "\0and more")


def test_no_hash_takes_as_long_as_one_of_ours() -> None:
    stored = hash_password(CLEAR)
    assert 0.5 < _seconds("") / _seconds(stored) < 2


def _seconds(stored: str) -> float:
    taken = []
    for _ in range(9):
        begun = time.perf_counter()
        matches(stored, "wrong")
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
