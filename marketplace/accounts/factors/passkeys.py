"""Passkeys (WebAuthn): what is asked of a device, and whether its answer is right."""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, generate_challenge
from webauthn.helpers import parse_authentication_credential_json as parse_answer
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from marketplace.accounts.errors import PageExpiredError, PasskeyLimitError, PasskeyRefusedError
from marketplace.accounts.factors.models import Passkey, SpentChallenge
from marketplace.accounts.factors.papers import read_paper, write_paper
from marketplace.accounts.models import Person
from marketplace.kernel.context import Context
from marketplace.kernel.ids import hash_secret

MOST_PASSKEYS = 10
SERVICE = "Yokoten"
ADDING = "passkey-adding"
ASKING = "passkey-asking"
ANYBODY = ""
"""In place of a person: whoever the passkey belongs to signs in."""
SPENT_KEPT_FOR = timedelta(hours=1)
UNREADABLE = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, binascii.Error)


@dataclass(frozen=True, slots=True)
class Question:
    """What a page hands to the browser, and the paper that comes back with the answer."""

    options: str
    """JSON, as `navigator.credentials` takes it."""
    paper: str


def ask_to_add(ctx: Context, person: Person) -> Question:
    """Ask a device to make a passkey. Raises PasskeyLimitError."""
    challenge = generate_challenge()
    options = generate_registration_options(
        rp_id=ctx.ports.place.host,
        rp_name=SERVICE,
        user_name=person.email,
        user_display_name=person.name,
        user_id=person.id.encode(),
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(ctx, person.id),
    )
    _require_room(ctx, person.id)
    return Question(options_to_json(options), write_paper(ctx, ADDING, person.id, bytes_to_base64url(challenge)))


def add(ctx: Context, person: Person, paper: str, answer: str, name: str) -> Passkey:
    """Keep the passkey a device has made. Raises PageExpiredError, PasskeyRefusedError or PasskeyLimitError."""
    challenge = _spend(ctx, ADDING, person.id, paper)
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=ctx.ports.place.host,
            expected_origin=ctx.ports.place.origin,
        )
    except UNREADABLE as error:
        raise PasskeyRefusedError from error
    _require_room(ctx, person.id)
    credential_id = bytes_to_base64url(made.credential_id)
    if ctx.session.scalar(select(Passkey.id).where(Passkey.credential_id == credential_id)) is not None:
        raise PasskeyRefusedError
    passkey = Passkey(
        person_id=person.id,
        credential_id=credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=ctx.now(),
    )
    ctx.session.add(passkey)
    ctx.session.flush()
    return passkey


def ask(ctx: Context, person_id: str = ANYBODY) -> Question:
    """Ask for a passkey: one of a person whose password was right, or anybody's, which has to know its owner then."""
    challenge = generate_challenge()
    alone = person_id == ANYBODY
    options = generate_authentication_options(
        rp_id=ctx.ports.place.host,
        challenge=challenge,
        allow_credentials=None if alone else _descriptors(ctx, person_id),
        user_verification=UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED,
    )
    return Question(options_to_json(options), write_paper(ctx, ASKING, person_id, bytes_to_base64url(challenge)))


def check(ctx: Context, paper: str, answer: str, person_id: str = ANYBODY) -> Passkey:
    """Return the passkey whose device has answered. Raises PageExpiredError or PasskeyRefusedError."""
    challenge = _spend(ctx, ASKING, person_id, paper)
    try:
        credential = parse_answer(answer)
    except UNREADABLE as error:
        raise PasskeyRefusedError from error
    passkey = _find(ctx, credential, person_id)
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=ctx.ports.place.host,
            expected_origin=ctx.ports.place.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=person_id == ANYBODY,
        )
    except UNREADABLE as error:
        raise PasskeyRefusedError from error
    passkey.sign_count, passkey.used_at = verified.new_sign_count, ctx.now()
    ctx.session.flush()
    return passkey


def forget_spent_challenges(ctx: Context) -> None:
    """Delete the questions that are too old to be answered at all."""
    ctx.session.execute(delete(SpentChallenge).where(SpentChallenge.spent_at <= ctx.now() - SPENT_KEPT_FOR))


def _find(ctx: Context, credential: AuthenticationCredential, person_id: str) -> Passkey:
    """Return the passkey that an answer names, if it is the one asked for; else raises PasskeyRefusedError."""
    found = ctx.session.scalar(
        select(Passkey).where(Passkey.credential_id == bytes_to_base64url(credential.raw_id)).with_for_update()
    )
    handle = credential.response.user_handle
    if found is None or person_id not in {ANYBODY, found.person_id}:
        raise PasskeyRefusedError
    if handle is not None and handle != found.person_id.encode():
        raise PasskeyRefusedError
    return found


def _spend(ctx: Context, purpose: str, person_id: str, paper: str) -> bytes:
    """Return the challenge of a question that was not answered yet. Raises PageExpiredError."""
    challenge = read_paper(ctx, purpose, person_id, paper)
    digest = hash_secret(challenge)
    if ctx.session.get(SpentChallenge, digest) is not None:
        raise PageExpiredError
    ctx.session.add(SpentChallenge(digest=digest, spent_at=ctx.now()))
    ctx.session.flush()  # Of two who answer at once, the key refuses one.
    return base64url_to_bytes(challenge)


def _require_room(ctx: Context, person_id: str) -> None:
    held = select(func.count()).select_from(Passkey).where(Passkey.person_id == person_id)
    if (ctx.session.scalar(held) or 0) >= MOST_PASSKEYS:
        raise PasskeyLimitError(most=MOST_PASSKEYS)


def _descriptors(ctx: Context, person_id: str) -> list[PublicKeyCredentialDescriptor]:
    held = select(Passkey.credential_id).where(Passkey.person_id == person_id).order_by(Passkey.created_at)
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in ctx.session.scalars(held)]
