"""Personal data (PII): detected by headers, and by values such as e-mail addresses and telephone numbers."""

import re
from collections.abc import Sequence

from delay_core.schema_inference.profiling.value_counts import ValueCounts, sample_texts
from delay_core.schema_inference.vocabulary import FALSE, ID, ON_TIME, TRUE, Vocabulary

_BIRTH = Vocabulary("birth birthday birthdate dob date_of_birth geburt* naissance nacimiento")

_ALWAYS_PII = Vocabulary(
    "email* e_mail* mail mails phone* telephone* tel mobile cell_phone cellphone fax street* address* passport* ssn",
    "password login username user_name iban bic bank_account signature ip_address national_id tax_id license_number",
    "first_name last_name firstname lastname fname lname surname full_name fullname family_name given_name whatsapp",
    "contact_number contact_no",
    "mailadresse telefon* handy* mobilnummer mobiltelefon strasse *strasse str anschrift* *anschrift hausnummer*",
    "hausnr",
    "adresse *adresse reisepass* ausweis* personalausweis* steuernummer* steuer_id passwort vorname* nachname*",
    "familienname",
    "kontonummer courriel* telephone portable rue prenom* passeport",
    "correo correo_electronico telefono* movil celular calle direccion domicilio apellido* dni nif nie pasaporte",
)
"""Personal data, whatever the values are."""

_PII_EXCEPTIONS = Vocabulary(
    "type typ class service mode status flag count id code country land pays pais city stadt ort ville ciudad region",
    "state zone lat latitude lon lng longitude zip plz verified sent channel carrier provider opt consent",
)

_PERSON_TERMS = Vocabulary(
    "name names contact* recipient* consignee* receiver* customer* client clients buyer* driver* sender* person*",
    "employee*",
    "shopper addressee patient user users salesperson account_manager handled_by assigned_to signed_by",
    "received_by created_by entered_by ordered_by picked_by approved_by planner dispatcher clerk",
    "namen *name ansprechpartner* kontakt* empfanger* empfaenger* kunde kunden kundin kundenname* kaufer* kaeufer*",
    "fahrer*",
    "absender* mitarbeiter* sachbearbeiter* besteller* bearbeiter* disponent* auftraggeber* unterschrift",
    "nom destinataire* acheteur* chauffeur* conducteur* expediteur* interlocuteur* cliente clientes",
    "nombre contacto* destinatario* comprador* conductor* remitente* responsable",
)
"""Personal data if the values are texts other than codes."""

_PERSON_EXCEPTIONS = Vocabulary(
    "id ids number nr no num code key *nummer *nr type typ kind class klasse segment* group *gruppe tier category",
    "level",
    "categor* country land pays pais city stadt ort ville ciudad region state province bundesland zone zip* post* plz",
    "lat latitude lon lng longitude rating score count amount value total frequency status priority channel service",
    "mode",
    "carrier* date time datum product* produ* item* article* artikel* articulo* site* facility* warehouse* lager*",
    "almacen*",
    "port ports hub* depot* store* shop* brand* marke* vendor* supplier* lieferant* fournisseur* proveedor* company",
    "vessel*",
    "ship schiff* route* ruta* department* project* projekt* event* file* host* sheet* team* terminal* station* plant",
    "werk material* warenname sortenname spediteur* spedition* transporteur* transportista* holiday* program*",
    "campaign*",
    "currency since industry branche sector market* gender age language size airport* region* county district area",
    "artikelname produktname firmenname lagername landname stadtname ortsname werkname schiffsname markenname",
    "destination* origin order_type sub classification molecule dosage",
)

_LOGISTICS_TERMS = Vocabulary(
    "air sea road rail truck ocean freight cargo charter drop direct ship shipping shipment delivery delivered",
    "delivering",
    "order ordered transit class day days same next standard express economy priority first second failure mechanical",
    "weather traffic delay delayed late time port hub north south east west new san united kingdom republic states",
    "city",
    "center centre warehouse store office field group ltd limited inc gmbh ag sa co corp llc company test type product",
    "unit home small medium large high low very not no in on of by payment paid customs cleared pending hold picked up",
    "out for consumer corporate electronics clothing toys food pack box pallet container van bike car lorry bulk loose",
    "fragile cold chain dry frozen lager versand lieferung international national domestic regional local europe asia",
    "america africa region",
)
"""Words that are frequent in categories and rare in names of people."""

_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\W\d_]{2,}")
_PHONE = re.compile(r"(?:\+|00?|\()[\d ()/.\-]{6,}")
_STREET = re.compile(
    r"(?i)[^\W\d_][^\d,]*(?:stra(?:ß|ss)e|str\.|weg|allee|gasse|platz|street|st\.?|road|rd\.?|avenue|ave\.?|lane|drive)"
    r"\s+\d+.*|\d+\s*[a-z]?,?\s+.*\b(?:street|st|road|rd|avenue|ave|lane|drive|rue|boulevard|bd)\b.*"
    r"|(?:calle|avenida|av\.|plaza|rue|via|paseo)\s+[^\d]+,?\s*\d+.*"
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}")
_NAME = re.compile(
    r"(?:[^\W\d_a-z][^\W\d_A-Z]+(?:[-' ][^\W\d_a-z][^\W\d_A-Z]*\.?)*,? [^\W\d_a-z][^\W\d_A-Z]+)(?:-[^\W\d_]+)?"
)
_MIN_PII_SHARE = 0.4
"""A column is personal data if more than this share of its values looks like it."""


def pii_evidence(values: ValueCounts, *, dates: bool, numbers: bool) -> str:
    """Why the column is personal data, without any of its values; empty if it is not.

    `dates`, `numbers`: whether the values parse as such.
    """
    if _EMAIL.search("\n".join(values.texts)):
        return "e-mail addresses among its values"
    if len(values.texts) < 4 and all(TRUE.matches_all(text) or FALSE.matches_all(text) for text in values.texts):
        return ""
    in_header = _header_evidence(values, dates=dates, numbers=numbers)
    if in_header or dates:
        return in_header
    return _value_evidence(values.texts, is_code=numbers or bool(ID.first_match(values.name)))


def looks_like_pii(text: str) -> bool:
    """Whether a single text looks like an address, a telephone number or an account number."""
    return any(pattern.search(text) for pattern in (_EMAIL, _STREET, _IBAN)) or _PHONE.fullmatch(text) is not None


def look_like_names(texts: Sequence[str]) -> bool:
    """Whether the values may be names of people: mostly two or three capitalized words, none a logistics term."""
    sample = [text.strip() for text in sample_texts(texts)]
    matches = sum(1 for text in sample if _NAME.fullmatch(text) and len(text.split()) <= 3)
    if not texts or matches < 0.6 * len(sample):
        return False
    return not any(_LOGISTICS_TERMS.first_match(text) or ON_TIME.first_match(text) for text in sample)


def _header_evidence(values: ValueCounts, *, dates: bool, numbers: bool) -> str:
    header = values.name
    birth = _BIRTH.first_match(header)
    if birth:
        return f"header says {birth!r}"
    always = _ALWAYS_PII.first_match(header)
    if always and not dates and not _PII_EXCEPTIONS.first_match(header):
        return f"header says {always!r}"
    person = _PERSON_TERMS.first_match(header)
    if not person or dates or numbers or _PERSON_EXCEPTIONS.first_match(header) or _are_codes(values.texts):
        return ""
    return f"header says {person!r}"


def _value_evidence(texts: Sequence[str], *, is_code: bool) -> str:
    """What most values look like; among numbers and codes, only a leading + makes a telephone number."""
    sample = [text.strip() for text in sample_texts(texts)]
    matches = {
        "telephone numbers": sum(1 for text in sample if _is_phone(text) and (text[0] == "+" or not is_code)),
        "streets": sum(1 for text in sample if _STREET.fullmatch(text)),
        "IBANs": sum(1 for text in sample if _IBAN.fullmatch(text)),
    }
    kind = next((kind for kind, count in matches.items() if count > _MIN_PII_SHARE * len(sample)), None)
    return f"its values look like {kind}" if kind else ""


def _is_phone(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    separated = text.startswith("+") or re.search(r"\d[ /()\-]+\d", text) is not None
    return _PHONE.fullmatch(text) is not None and 7 <= digits <= 15 and separated


def _are_codes(texts: Sequence[str]) -> bool:
    sample = sample_texts(texts)
    codes = sum(1 for text in sample if " " not in text.strip() and any(character.isdigit() for character in text))
    return codes > 0.8 * len(sample)
