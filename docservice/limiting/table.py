"""The rule: which route is limited how. Every route of the application stands here once; a test holds that.

``free`` is never limited: what an operator watches, and files that do not change. Of the others each class has a limit
of its own, in the settings (``DOCSERVICE_LIMIT_…``), and a word on whom is counted:

========== ========================= ===========================================================================
class      counted by                what is counted
========== ========================= ===========================================================================
sign_in    address                   sign-ins that failed, so that a town hall behind one address can come to work
stranger   address                   requests to the API with no key or a wrong one
public     address                   what everybody may read; pages of the desk that are asked for without a session
verify     address                   codes of notices: they could be guessed
work       account, or API key       the daily work
costly     account, or API key       what renders, reads files or checks a password: it takes the machine a while
========== ========================= ===========================================================================

A limit by address never stops who is signed in or has a key; a limit of one account or key never stops another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Class = Literal["free", "sign_in", "stranger", "public", "verify", "work", "costly"]


@dataclass(frozen=True, slots=True)
class Limited:
    """A class of requests: its setting, and what somebody reads who asked too often."""

    setting: str
    message: str


LIMITED: dict[Class, Limited] = {
    "sign_in": Limited(
        "limit_sign_in", "Too many sign-ins from your network have failed. Who is signed in can go on working."
    ),
    "stranger": Limited("limit_stranger", "Too many requests without a valid API key came from this address."),
    "public": Limited("limit_public", "Too many requests came from this address."),
    "verify": Limited("limit_verify", "Too many codes were asked for from this address."),
    "work": Limited("limit_work", "That was too much at once."),
    "costly": Limited("limit_costly", "That was too much at once of what takes long to make."),
}

# class → endpoints, by blueprint. ``stranger`` has none: it is what became of a request for another route.
_ROUTES: dict[Class, dict[str, str]] = {
    "free": {
        "observing": "live ready metrics",
        "public": "style frame_style favicon robots",
        "desk": "asset",
    },
    "sign_in": {"desk": "signing_in make_first"},
    "public": {
        "api-docs": "openapi_json",
        "desk": "sign_in to_provider from_provider go_on first",
        "casefile": "schema",
        "handouts": "find read read_file",
        "public": """front handouts handout handout_in_own_language handout_picture ask seal
            letters letter help sitemap""",
        "calendars": "read",
        "templates": "languages",
    },
    "verify": {"public": "verify paper_dates"},
    "work": {
        # The desk's, a line for each module of docservice/web/desk.
        "desk": """account accounts add_account change_account
            forget_draft keep_draft
            due due_calendar home search
            add_key keys revoke_key rotate_key
            answer assign comment send_back submit version withdraw
            password sign_out
            start
            head
            picture pictures
            samples
            approve_translation reopen_translation save_translation sheet translations
            approve_chosen choose
            template templates trail
            jobs
            packet packet_certificate packet_file packet_page packets
            arrange_packet begin_packet forget_packet new_packet packet_plan packet_row_page undo_packet
            change_packet_row change_packet_settings packet_row packet_settings
            before_binding draft_file packet_job
            cover_in_row cover_row
            document document_pdf document_page documents draft_page draft_pdf
            issue_letter letter_job mail_list
            record_result record_service result_of
            print_again replace_letter void_letter voiding
            batch_progress letter_batch write
            hand_out handed_out handout_card handout_code
            rules rule_edition send_back_rules
            paragraphs
            edit
            case case_history case_private cases
            add_item case_item case_part case_property new_item save_case_property save_item take_out
            add_case edit_private new_case save_private
            add_seen case_seen new_seen one_seen save_seen take_seen_out
            case_photograph save_photographs visit_photographs
            add_note add_put_right event note put_right record retract retract_now tell""",
        "articles": "add find spoil",
        "cases": "due events find ledger next_steps patch put put_item read remove_item tell",
        "documents": "find issue read read_enclosure read_file supersede void",
        "due": "add_calendar find find_calendars revoke_calendar",
        "editions": "find read send_back",
        "events": "follow",
        "exhibits": "add find forget put read",
        "feed": "read",
        "jobs": "cancel find read",
        "notices": "add_copy correct issue print_again read void",
        "packets": "find read read_certificate read_file",
        "profiles": "find read",
        "reviews": "answer audit comment comments outline send_back submit withdraw",
        "service": "attempt attempt_of_copy attempts attempts_of_copy evidence result result_of_copy",
        "templates": "find read version versions",
        "translations": "approve find reopen save sheet",
    },
    "costly": {
        "desk": """approval approve
            approve_rules propose_rule
            save_paragraph
            change_password
            add_packet_files bind_packet
            start_now
            save_head
            save_pictures
            save_samples
            take_file translator_file
            propose_word read_word word
            issue_batch try_batch
            envelopes labels last_look letter_pages look_again print_all printing_again replacing write_letter
            assessment assessment_part changes letter letter_page letter_pdf redline_file side_by_side
            save
            add_photographs""",
        "articles": "mail_list",
        "cases": "export",
        "documents": "reproduce",
        "editions": "approve compare propose",
        "packets": "bind",
        "previews": "preview preview_file",
        "reviews": "approve assessment consequences propose",
        "translations": "export take",
        "verifications": "verify",
        "word_files": "propose read write",
    },
}


def routes(name: Class) -> tuple[str, ...]:
    """The endpoints of a class."""
    found = _ROUTES.get(name, {})
    return tuple(f"{blueprint}.{view}" for blueprint, views in found.items() for view in views.split())


_CLASS_OF = {endpoint: name for name in _ROUTES for endpoint in routes(name)}


def class_of(endpoint: str) -> Class:
    """The class of a route; one that is not in the table is held to what is strictest for who is known."""
    return _CLASS_OF.get(endpoint, "costly")
