"""Words in headers and values that tell personal data from other data, in five languages."""

from delay_core.schema_inference.vocabulary import Vocabulary

POSTAL_CODE = Vocabulary(
    "zip zipcode* zip_code* postal postalcode* postcode* post_code plz postleitzahl*",
    "code_postal codigo_postal cep pstlz",
)
POSTAL_EXCEPTIONS = Vocabulary("service class carrier mode type typ count distance zone file status operator rate fee")
CONSIGNEE = Vocabulary("ship_to shipto bill_to billto sold_to soldto deliver_to")
"""Before a name or an address, these mean a person or a company, not a ship."""

BIRTH = Vocabulary("birth birthday birthdate dob date_of_birth geburt* naissance nacimiento")

ALWAYS_PII = Vocabulary(
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
    "endereco* logradouro rua bairro telemovel celular* sobrenome* cpf cnpj stras",
    "vat vat_id vat_number tin ein ust_id ustid ustidnr siret siren cif rfc curp contribuinte nino",
)
"""Personal data, whatever the values are."""

PII_EXCEPTIONS = Vocabulary(
    "type typ class service mode status flag count id code country land pays pais city stadt ort ville ciudad region",
    "state zone lat latitude lon lng longitude zip plz verified sent channel carrier provider opt consent",
)

PERSON_TERMS = Vocabulary(
    "name names contact* recipient* consignee* receiver* customer* client clients buyer* driver* sender* person*",
    "employee*",
    "shopper addressee patient user users salesperson account_manager handled_by assigned_to signed_by",
    "received_by created_by entered_by ordered_by picked_by approved_by planner dispatcher clerk",
    "namen *name ansprechpartner* kontakt* empfanger* empfaenger* kunde kunden kundin kundenname* kaufer* kaeufer*",
    "fahrer*",
    "absender* mitarbeiter* sachbearbeiter* besteller* bearbeiter* disponent* auftraggeber* unterschrift",
    "nom destinataire* acheteur* chauffeur* conducteur* expediteur* interlocuteur* cliente clientes",
    "nombre contacto* destinatario* comprador* conductor* remitente* responsable",
    "nome motorista* remetente* picker* packer* rider* courier_name name1 name2",
)
"""Personal data if the values are texts other than codes."""

PERSON_EXCEPTIONS = Vocabulary(
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
    "navire* buque* barco* navio* barge* tug mv airline* aircraft* produto* loja* empresa* cidade* bank*",
    "destination* origin order_type sub classification molecule dosage",
)

LOGISTICS_TERMS = Vocabulary(
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
