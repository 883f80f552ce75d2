"""Closed names: every term Maille uses, own and foreign, as a typed constant.

A term that is not listed here cannot be written: a typing slip is an `AttributeError` (and a mypy error), never a
wrong triple. A test holds this file and `ontology/*.ttl` equal, both ways, and every foreign term against the
closed list of its vocabulary.
"""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode

from maille.ontology.namespaces import PREFIXES


class MAILLE:
    """Our own vocabulary, `/def#`."""

    _ns: Final = PREFIXES["maille"]
    InnovationStructure: Final = NamedNode(_ns + "InnovationStructure")
    OperatingOrganisation: Final = NamedNode(_ns + "OperatingOrganisation")
    Partner: Final = NamedNode(_ns + "Partner")
    Network: Final = NamedNode(_ns + "Network")
    Programme: Final = NamedNode(_ns + "Programme")
    Event: Final = NamedNode(_ns + "Event")
    Startup: Final = NamedNode(_ns + "Startup")
    Initiative: Final = NamedNode(_ns + "Initiative")
    KeyFigure: Final = NamedNode(_ns + "KeyFigure")
    Source: Final = NamedNode(_ns + "Source")
    SourceRow: Final = NamedNode(_ns + "SourceRow")
    SourcedStatement: Final = NamedNode(_ns + "SourcedStatement")
    FormerCommune: Final = NamedNode(_ns + "FormerCommune")
    FormerRegion: Final = NamedNode(_ns + "FormerRegion")
    CommuneVersion: Final = NamedNode(_ns + "CommuneVersion")
    EtablissementPublicTerritorial: Final = NamedNode(_ns + "EtablissementPublicTerritorial")
    ResearchUnit: Final = NamedNode(_ns + "ResearchUnit")
    ProgrammeTerritory: Final = NamedNode(_ns + "ProgrammeTerritory")
    siren: Final = NamedNode(_ns + "siren")
    siret: Final = NamedNode(_ns + "siret")
    codeInsee: Final = NamedNode(_ns + "codeInsee")
    uai: Final = NamedNode(_ns + "uai")
    ror: Final = NamedNode(_ns + "ror")
    nuts: Final = NamedNode(_ns + "nuts")
    wikidataId: Final = NamedNode(_ns + "wikidataId")
    idref: Final = NamedNode(_ns + "idref")
    formerCode: Final = NamedNode(_ns + "formerCode")
    matches: Final = NamedNode(_ns + "matches")
    legalCategory: Final = NamedNode(_ns + "legalCategory")
    nafRevTwo: Final = NamedNode(_ns + "nafRevTwo")
    nafTwentyFive: Final = NamedNode(_ns + "nafTwentyFive")
    profile: Final = NamedNode(_ns + "profile")
    mainProfile: Final = NamedNode(_ns + "mainProfile")
    opennessLevel: Final = NamedNode(_ns + "opennessLevel")
    facilitationRole: Final = NamedNode(_ns + "facilitationRole")
    legalStatus: Final = NamedNode(_ns + "legalStatus")
    fundingModel: Final = NamedNode(_ns + "fundingModel")
    maturity: Final = NamedNode(_ns + "maturity")
    valueProposition: Final = NamedNode(_ns + "valueProposition")
    supportDuration: Final = NamedNode(_ns + "supportDuration")
    minimumMonths: Final = NamedNode(_ns + "minimumMonths")
    maximumMonths: Final = NamedNode(_ns + "maximumMonths")
    exampleStructure: Final = NamedNode(_ns + "exampleStructure")
    operatedBy: Final = NamedNode(_ns + "operatedBy")
    partner: Final = NamedNode(_ns + "partner")
    partnerKind: Final = NamedNode(_ns + "partnerKind")
    networkKind: Final = NamedNode(_ns + "networkKind")
    locatedIn: Final = NamedNode(_ns + "locatedIn")
    inCommune: Final = NamedNode(_ns + "inCommune")
    inMunicipalArrondissement: Final = NamedNode(_ns + "inMunicipalArrondissement")
    inNuts: Final = NamedNode(_ns + "inNuts")
    sourceCommuneCode: Final = NamedNode(_ns + "sourceCommuneCode")
    possibleCommune: Final = NamedNode(_ns + "possibleCommune")
    placeAsStated: Final = NamedNode(_ns + "placeAsStated")
    distinction: Final = NamedNode(_ns + "distinction")
    hostsForeignCompanies: Final = NamedNode(_ns + "hostsForeignCompanies")
    linkedToHigherEducation: Final = NamedNode(_ns + "linkedToHigherEducation")
    linkedInstitutionAsStated: Final = NamedNode(_ns + "linkedInstitutionAsStated")
    postcode: Final = NamedNode(_ns + "postcode")
    memberOfEpci: Final = NamedNode(_ns + "memberOfEpci")
    memberOfEpt: Final = NamedNode(_ns + "memberOfEpt")
    epciKind: Final = NamedNode(_ns + "epciKind")
    epciTaxation: Final = NamedNode(_ns + "epciTaxation")
    zone: Final = NamedNode(_ns + "zone")
    population: Final = NamedNode(_ns + "population")
    totalPopulation: Final = NamedNode(_ns + "totalPopulation")
    ledBy: Final = NamedNode(_ns + "ledBy")
    participant: Final = NamedNode(_ns + "participant")
    beneficiary: Final = NamedNode(_ns + "beneficiary")
    initiativeKind: Final = NamedNode(_ns + "initiativeKind")
    respondsTo: Final = NamedNode(_ns + "respondsTo")
    figureAbout: Final = NamedNode(_ns + "figureAbout")
    figureValue: Final = NamedNode(_ns + "figureValue")
    qualifier: Final = NamedNode(_ns + "qualifier")
    unit: Final = NamedNode(_ns + "unit")
    periodAsStated: Final = NamedNode(_ns + "periodAsStated")
    contradicts: Final = NamedNode(_ns + "contradicts")
    sourceLine: Final = NamedNode(_ns + "sourceLine")
    excerpt: Final = NamedNode(_ns + "excerpt")
    variantSpelling: Final = NamedNode(_ns + "variantSpelling")
    programme: Final = NamedNode(_ns + "programme")
    rnsr: Final = NamedNode(_ns + "rnsr")
    enrolledStudents: Final = NamedNode(_ns + "enrolledStudents")
    archivedOn: Final = NamedNode(_ns + "archivedOn")
    offeredFormat: Final = NamedNode(_ns + "offeredFormat")
    licenceAsStated: Final = NamedNode(_ns + "licenceAsStated")
    SirenNotation: Final = NamedNode(_ns + "SirenNotation")
    SiretNotation: Final = NamedNode(_ns + "SiretNotation")
    LevelNotation: Final = NamedNode(_ns + "LevelNotation")
    KeyFigureStructure: Final = NamedNode(_ns + "KeyFigureStructure")
    FigureAboutComponent: Final = NamedNode(_ns + "FigureAboutComponent")
    SourceLineComponent: Final = NamedNode(_ns + "SourceLineComponent")
    ExcerptComponent: Final = NamedNode(_ns + "ExcerptComponent")
    FigureValueComponent: Final = NamedNode(_ns + "FigureValueComponent")
    QualifierComponent: Final = NamedNode(_ns + "QualifierComponent")
    UnitComponent: Final = NamedNode(_ns + "UnitComponent")
    PeriodComponent: Final = NamedNode(_ns + "PeriodComponent")


class RDF:
    """RDF 1.1 Concepts."""

    _ns: Final = PREFIXES["rdf"]
    type: Final = NamedNode(_ns + "type")
    subject: Final = NamedNode(_ns + "subject")
    predicate: Final = NamedNode(_ns + "predicate")
    object: Final = NamedNode(_ns + "object")
    first: Final = NamedNode(_ns + "first")
    rest: Final = NamedNode(_ns + "rest")
    nil: Final = NamedNode(_ns + "nil")
    Property: Final = NamedNode(_ns + "Property")
    List: Final = NamedNode(_ns + "List")


class RDFS:
    """RDF Schema 1.1."""

    _ns: Final = PREFIXES["rdfs"]
    label: Final = NamedNode(_ns + "label")
    comment: Final = NamedNode(_ns + "comment")
    subClassOf: Final = NamedNode(_ns + "subClassOf")
    subPropertyOf: Final = NamedNode(_ns + "subPropertyOf")
    isDefinedBy: Final = NamedNode(_ns + "isDefinedBy")
    seeAlso: Final = NamedNode(_ns + "seeAlso")
    Datatype: Final = NamedNode(_ns + "Datatype")


class OWL:
    """OWL 2."""

    _ns: Final = PREFIXES["owl"]
    Ontology: Final = NamedNode(_ns + "Ontology")
    Class: Final = NamedNode(_ns + "Class")
    ObjectProperty: Final = NamedNode(_ns + "ObjectProperty")
    DatatypeProperty: Final = NamedNode(_ns + "DatatypeProperty")
    AnnotationProperty: Final = NamedNode(_ns + "AnnotationProperty")
    versionIRI: Final = NamedNode(_ns + "versionIRI")
    versionInfo: Final = NamedNode(_ns + "versionInfo")
    priorVersion: Final = NamedNode(_ns + "priorVersion")
    deprecated: Final = NamedNode(_ns + "deprecated")
    sameAs: Final = NamedNode(_ns + "sameAs")


class SKOS:
    """SKOS Reference."""

    _ns: Final = PREFIXES["skos"]
    Concept: Final = NamedNode(_ns + "Concept")
    ConceptScheme: Final = NamedNode(_ns + "ConceptScheme")
    OrderedCollection: Final = NamedNode(_ns + "OrderedCollection")
    member: Final = NamedNode(_ns + "member")
    memberList: Final = NamedNode(_ns + "memberList")
    prefLabel: Final = NamedNode(_ns + "prefLabel")
    altLabel: Final = NamedNode(_ns + "altLabel")
    hiddenLabel: Final = NamedNode(_ns + "hiddenLabel")
    definition: Final = NamedNode(_ns + "definition")
    notation: Final = NamedNode(_ns + "notation")
    inScheme: Final = NamedNode(_ns + "inScheme")
    topConceptOf: Final = NamedNode(_ns + "topConceptOf")
    hasTopConcept: Final = NamedNode(_ns + "hasTopConcept")
    broader: Final = NamedNode(_ns + "broader")
    narrower: Final = NamedNode(_ns + "narrower")
    related: Final = NamedNode(_ns + "related")
    exactMatch: Final = NamedNode(_ns + "exactMatch")
    closeMatch: Final = NamedNode(_ns + "closeMatch")
    broadMatch: Final = NamedNode(_ns + "broadMatch")
    narrowMatch: Final = NamedNode(_ns + "narrowMatch")
    relatedMatch: Final = NamedNode(_ns + "relatedMatch")
    note: Final = NamedNode(_ns + "note")
    editorialNote: Final = NamedNode(_ns + "editorialNote")
    scopeNote: Final = NamedNode(_ns + "scopeNote")
    example: Final = NamedNode(_ns + "example")


class DCT:
    """DCMI Metadata Terms."""

    _ns: Final = PREFIXES["dct"]
    PeriodOfTime: Final = NamedNode(_ns + "PeriodOfTime")
    title: Final = NamedNode(_ns + "title")
    description: Final = NamedNode(_ns + "description")
    creator: Final = NamedNode(_ns + "creator")
    publisher: Final = NamedNode(_ns + "publisher")
    created: Final = NamedNode(_ns + "created")
    modified: Final = NamedNode(_ns + "modified")
    issued: Final = NamedNode(_ns + "issued")
    license: Final = NamedNode(_ns + "license")
    source: Final = NamedNode(_ns + "source")
    isPartOf: Final = NamedNode(_ns + "isPartOf")
    hasPart: Final = NamedNode(_ns + "hasPart")
    isReplacedBy: Final = NamedNode(_ns + "isReplacedBy")
    replaces: Final = NamedNode(_ns + "replaces")
    subject: Final = NamedNode(_ns + "subject")
    type: Final = NamedNode(_ns + "type")
    relation: Final = NamedNode(_ns + "relation")
    spatial: Final = NamedNode(_ns + "spatial")
    temporal: Final = NamedNode(_ns + "temporal")
    identifier: Final = NamedNode(_ns + "identifier")
    language: Final = NamedNode(_ns + "language")
    isVersionOf: Final = NamedNode(_ns + "isVersionOf")
    valid: Final = NamedNode(_ns + "valid")
    conformsTo: Final = NamedNode(_ns + "conformsTo")
    extent: Final = NamedNode(_ns + "extent")
    rights: Final = NamedNode(_ns + "rights")
    RightsStatement: Final = NamedNode(_ns + "RightsStatement")
    format: Final = NamedNode(_ns + "format")
    LicenseDocument: Final = NamedNode(_ns + "LicenseDocument")
    LinguisticSystem: Final = NamedNode(_ns + "LinguisticSystem")
    MediaType: Final = NamedNode(_ns + "MediaType")
    MediaTypeOrExtent: Final = NamedNode(_ns + "MediaTypeOrExtent")
    Standard: Final = NamedNode(_ns + "Standard")
    accessRights: Final = NamedNode(_ns + "accessRights")


class ORG:
    """W3C Organization Ontology."""

    _ns: Final = PREFIXES["org"]
    Organization: Final = NamedNode(_ns + "Organization")
    FormalOrganization: Final = NamedNode(_ns + "FormalOrganization")
    OrganizationalUnit: Final = NamedNode(_ns + "OrganizationalUnit")
    OrganizationalCollaboration: Final = NamedNode(_ns + "OrganizationalCollaboration")
    Membership: Final = NamedNode(_ns + "Membership")
    Site: Final = NamedNode(_ns + "Site")
    Role: Final = NamedNode(_ns + "Role")
    classification: Final = NamedNode(_ns + "classification")
    linkedTo: Final = NamedNode(_ns + "linkedTo")
    hasSite: Final = NamedNode(_ns + "hasSite")
    hasPrimarySite: Final = NamedNode(_ns + "hasPrimarySite")
    siteAddress: Final = NamedNode(_ns + "siteAddress")
    member: Final = NamedNode(_ns + "member")
    organization: Final = NamedNode(_ns + "organization")
    role: Final = NamedNode(_ns + "role")
    memberDuring: Final = NamedNode(_ns + "memberDuring")
    unitOf: Final = NamedNode(_ns + "unitOf")
    identifier: Final = NamedNode(_ns + "identifier")


class LEGAL:
    """SEMIC Core Business, legal entities."""

    _ns: Final = PREFIXES["legal"]
    LegalEntity: Final = NamedNode(_ns + "LegalEntity")
    legalName: Final = NamedNode(_ns + "legalName")
    companyType: Final = NamedNode(_ns + "companyType")
    companyStatus: Final = NamedNode(_ns + "companyStatus")
    companyActivity: Final = NamedNode(_ns + "companyActivity")
    legalIdentifier: Final = NamedNode(_ns + "legalIdentifier")


class CV:
    """SEMIC Core vocabularies."""

    _ns: Final = PREFIXES["cv"]
    PublicOrganisation: Final = NamedNode(_ns + "PublicOrganisation")


class LOCN:
    """ISA Core Location."""

    _ns: Final = PREFIXES["locn"]
    Address: Final = NamedNode(_ns + "Address")
    address: Final = NamedNode(_ns + "address")
    fullAddress: Final = NamedNode(_ns + "fullAddress")
    thoroughfare: Final = NamedNode(_ns + "thoroughfare")
    postCode: Final = NamedNode(_ns + "postCode")
    postName: Final = NamedNode(_ns + "postName")


class GEO:
    """GeoSPARQL 1.1."""

    _ns: Final = PREFIXES["geo"]
    Feature: Final = NamedNode(_ns + "Feature")
    Geometry: Final = NamedNode(_ns + "Geometry")
    hasGeometry: Final = NamedNode(_ns + "hasGeometry")
    hasDefaultGeometry: Final = NamedNode(_ns + "hasDefaultGeometry")
    asWKT: Final = NamedNode(_ns + "asWKT")
    wktLiteral: Final = NamedNode(_ns + "wktLiteral")


class IGEO:
    """INSEE geographic ontology 5.0.0."""

    _ns: Final = PREFIXES["igeo"]
    Commune: Final = NamedNode(_ns + "Commune")
    CommuneDeleguee: Final = NamedNode(_ns + "CommuneDeleguee")
    CommuneAssociee: Final = NamedNode(_ns + "CommuneAssociee")
    ArrondissementMunicipal: Final = NamedNode(_ns + "ArrondissementMunicipal")
    Arrondissement: Final = NamedNode(_ns + "Arrondissement")
    Departement: Final = NamedNode(_ns + "Departement")
    Region: Final = NamedNode(_ns + "Region")
    Intercommunalite: Final = NamedNode(_ns + "Intercommunalite")
    EvenementGeographique: Final = NamedNode(_ns + "EvenementGeographique")
    codeINSEE: Final = NamedNode(_ns + "codeINSEE")
    nom: Final = NamedNode(_ns + "nom")
    chefLieu: Final = NamedNode(_ns + "chefLieu")
    chefLieuCommuneNouvelle: Final = NamedNode(_ns + "chefLieuCommuneNouvelle")
    prefecture: Final = NamedNode(_ns + "prefecture")
    prefectureDeRegion: Final = NamedNode(_ns + "prefectureDeRegion")
    sousPrefecture: Final = NamedNode(_ns + "sousPrefecture")
    subdivisionDe: Final = NamedNode(_ns + "subdivisionDe")
    subdivisionDirecteDe: Final = NamedNode(_ns + "subdivisionDirecteDe")
    creation: Final = NamedNode(_ns + "creation")
    suppression: Final = NamedNode(_ns + "suppression")
    date: Final = NamedNode(_ns + "date")


class ADMS:
    """Asset Description Metadata Schema."""

    _ns: Final = PREFIXES["adms"]
    Identifier: Final = NamedNode(_ns + "Identifier")
    identifier: Final = NamedNode(_ns + "identifier")
    schemaAgency: Final = NamedNode(_ns + "schemaAgency")


class PROV:
    """PROV-O."""

    _ns: Final = PREFIXES["prov"]
    Entity: Final = NamedNode(_ns + "Entity")
    Activity: Final = NamedNode(_ns + "Activity")
    Organization: Final = NamedNode(_ns + "Organization")
    wasDerivedFrom: Final = NamedNode(_ns + "wasDerivedFrom")
    wasQuotedFrom: Final = NamedNode(_ns + "wasQuotedFrom")
    wasAssociatedWith: Final = NamedNode(_ns + "wasAssociatedWith")
    wasGeneratedBy: Final = NamedNode(_ns + "wasGeneratedBy")
    wasInvalidatedBy: Final = NamedNode(_ns + "wasInvalidatedBy")
    used: Final = NamedNode(_ns + "used")
    hadPrimarySource: Final = NamedNode(_ns + "hadPrimarySource")
    generatedAtTime: Final = NamedNode(_ns + "generatedAtTime")


class QB:
    """RDF Data Cube."""

    _ns: Final = PREFIXES["qb"]
    Observation: Final = NamedNode(_ns + "Observation")
    DataSet: Final = NamedNode(_ns + "DataSet")
    DataStructureDefinition: Final = NamedNode(_ns + "DataStructureDefinition")
    ComponentSpecification: Final = NamedNode(_ns + "ComponentSpecification")
    DimensionProperty: Final = NamedNode(_ns + "DimensionProperty")
    MeasureProperty: Final = NamedNode(_ns + "MeasureProperty")
    AttributeProperty: Final = NamedNode(_ns + "AttributeProperty")
    dataSet: Final = NamedNode(_ns + "dataSet")
    structure: Final = NamedNode(_ns + "structure")
    component: Final = NamedNode(_ns + "component")
    dimension: Final = NamedNode(_ns + "dimension")
    measure: Final = NamedNode(_ns + "measure")
    attribute: Final = NamedNode(_ns + "attribute")


class SCHEMA:
    """schema.org, https form."""

    _ns: Final = PREFIXES["schema"]
    Organization: Final = NamedNode(_ns + "Organization")
    Event: Final = NamedNode(_ns + "Event")
    Place: Final = NamedNode(_ns + "Place")
    sameAs: Final = NamedNode(_ns + "sameAs")
    startDate: Final = NamedNode(_ns + "startDate")
    endDate: Final = NamedNode(_ns + "endDate")
    foundingDate: Final = NamedNode(_ns + "foundingDate")
    url: Final = NamedNode(_ns + "url")


class FOAF:
    """FOAF 0.1."""

    _ns: Final = PREFIXES["foaf"]
    primaryTopic: Final = NamedNode(_ns + "primaryTopic")
    homepage: Final = NamedNode(_ns + "homepage")
    Agent: Final = NamedNode(_ns + "Agent")
    Document: Final = NamedNode(_ns + "Document")
    name: Final = NamedNode(_ns + "name")


class SPDX:
    """SPDX 2 terms."""

    _ns: Final = PREFIXES["spdx"]
    Checksum: Final = NamedNode(_ns + "Checksum")
    checksum: Final = NamedNode(_ns + "checksum")
    checksumValue: Final = NamedNode(_ns + "checksumValue")
    algorithm: Final = NamedNode(_ns + "algorithm")
    checksumAlgorithm_sha256: Final = NamedNode(_ns + "checksumAlgorithm_sha256")
    ChecksumAlgorithm: Final = NamedNode(_ns + "ChecksumAlgorithm")


class DCAT:
    """DCAT 3."""

    _ns: Final = PREFIXES["dcat"]
    Dataset: Final = NamedNode(_ns + "Dataset")
    startDate: Final = NamedNode(_ns + "startDate")
    endDate: Final = NamedNode(_ns + "endDate")
    version: Final = NamedNode(_ns + "version")
    previousVersion: Final = NamedNode(_ns + "previousVersion")
    keyword: Final = NamedNode(_ns + "keyword")
    byteSize: Final = NamedNode(_ns + "byteSize")
    Catalog: Final = NamedNode(_ns + "Catalog")
    Distribution: Final = NamedNode(_ns + "Distribution")
    DataService: Final = NamedNode(_ns + "DataService")
    dataset: Final = NamedNode(_ns + "dataset")
    service: Final = NamedNode(_ns + "service")
    distribution: Final = NamedNode(_ns + "distribution")
    accessURL: Final = NamedNode(_ns + "accessURL")
    downloadURL: Final = NamedNode(_ns + "downloadURL")
    mediaType: Final = NamedNode(_ns + "mediaType")
    compressFormat: Final = NamedNode(_ns + "compressFormat")
    endpointURL: Final = NamedNode(_ns + "endpointURL")
    endpointDescription: Final = NamedNode(_ns + "endpointDescription")
    servesDataset: Final = NamedNode(_ns + "servesDataset")
    accessService: Final = NamedNode(_ns + "accessService")
    landingPage: Final = NamedNode(_ns + "landingPage")
    contactPoint: Final = NamedNode(_ns + "contactPoint")


class SH:
    """SHACL."""

    _ns: Final = PREFIXES["sh"]
    ValidationReport: Final = NamedNode(_ns + "ValidationReport")
    ValidationResult: Final = NamedNode(_ns + "ValidationResult")
    conforms: Final = NamedNode(_ns + "conforms")
    result: Final = NamedNode(_ns + "result")
    focusNode: Final = NamedNode(_ns + "focusNode")
    resultPath: Final = NamedNode(_ns + "resultPath")
    resultSeverity: Final = NamedNode(_ns + "resultSeverity")
    resultMessage: Final = NamedNode(_ns + "resultMessage")
    sourceShape: Final = NamedNode(_ns + "sourceShape")
    sourceConstraintComponent: Final = NamedNode(_ns + "sourceConstraintComponent")
    value: Final = NamedNode(_ns + "value")
    Violation: Final = NamedNode(_ns + "Violation")
    Warning: Final = NamedNode(_ns + "Warning")
    Info: Final = NamedNode(_ns + "Info")
    NodeShape: Final = NamedNode(_ns + "NodeShape")
    PropertyShape: Final = NamedNode(_ns + "PropertyShape")
    SPARQLConstraint: Final = NamedNode(_ns + "SPARQLConstraint")
    SPARQLConstraintComponent: Final = NamedNode(_ns + "SPARQLConstraintComponent")
    targetClass: Final = NamedNode(_ns + "targetClass")
    property: Final = NamedNode(_ns + "property")
    path: Final = NamedNode(_ns + "path")
    name: Final = NamedNode(_ns + "name")
    message: Final = NamedNode(_ns + "message")
    severity: Final = NamedNode(_ns + "severity")


class VANN:
    """VANN."""

    _ns: Final = PREFIXES["vann"]
    preferredNamespacePrefix: Final = NamedNode(_ns + "preferredNamespacePrefix")
    preferredNamespaceUri: Final = NamedNode(_ns + "preferredNamespaceUri")


class VOID:
    """VoID."""

    _ns: Final = PREFIXES["void"]
    Dataset: Final = NamedNode(_ns + "Dataset")
    DatasetDescription: Final = NamedNode(_ns + "DatasetDescription")
    subset: Final = NamedNode(_ns + "subset")
    triples: Final = NamedNode(_ns + "triples")
    entities: Final = NamedNode(_ns + "entities")
    classPartition: Final = NamedNode(_ns + "classPartition")
    class_: Final = NamedNode(_ns + "class")
    dataDump: Final = NamedNode(_ns + "dataDump")
    sparqlEndpoint: Final = NamedNode(_ns + "sparqlEndpoint")
    uriSpace: Final = NamedNode(_ns + "uriSpace")
    vocabulary: Final = NamedNode(_ns + "vocabulary")
    classes: Final = NamedNode(_ns + "classes")
    properties: Final = NamedNode(_ns + "properties")
    distinctSubjects: Final = NamedNode(_ns + "distinctSubjects")
    distinctObjects: Final = NamedNode(_ns + "distinctObjects")
    propertyPartition: Final = NamedNode(_ns + "propertyPartition")
    property: Final = NamedNode(_ns + "property")
    feature: Final = NamedNode(_ns + "feature")
    Linkset: Final = NamedNode(_ns + "Linkset")
    linkPredicate: Final = NamedNode(_ns + "linkPredicate")
    subjectsTarget: Final = NamedNode(_ns + "subjectsTarget")
    objectsTarget: Final = NamedNode(_ns + "objectsTarget")


class DQV:
    """Data Quality Vocabulary."""

    _ns: Final = PREFIXES["dqv"]
    Metric: Final = NamedNode(_ns + "Metric")
    QualityMeasurement: Final = NamedNode(_ns + "QualityMeasurement")
    QualityMetadata: Final = NamedNode(_ns + "QualityMetadata")
    computedOn: Final = NamedNode(_ns + "computedOn")
    hasQualityMeasurement: Final = NamedNode(_ns + "hasQualityMeasurement")
    isMeasurementOf: Final = NamedNode(_ns + "isMeasurementOf")
    value: Final = NamedNode(_ns + "value")


class SD:
    """SPARQL 1.1 Service Description."""

    _ns: Final = PREFIXES["sd"]
    Service: Final = NamedNode(_ns + "Service")
    Dataset: Final = NamedNode(_ns + "Dataset")
    Graph: Final = NamedNode(_ns + "Graph")
    NamedGraph: Final = NamedNode(_ns + "NamedGraph")
    endpoint: Final = NamedNode(_ns + "endpoint")
    feature: Final = NamedNode(_ns + "feature")
    supportedLanguage: Final = NamedNode(_ns + "supportedLanguage")
    resultFormat: Final = NamedNode(_ns + "resultFormat")
    inputFormat: Final = NamedNode(_ns + "inputFormat")
    defaultDataset: Final = NamedNode(_ns + "defaultDataset")
    availableGraphs: Final = NamedNode(_ns + "availableGraphs")
    defaultGraph: Final = NamedNode(_ns + "defaultGraph")
    namedGraph: Final = NamedNode(_ns + "namedGraph")
    name: Final = NamedNode(_ns + "name")
    graph: Final = NamedNode(_ns + "graph")
    SPARQL11Query: Final = NamedNode(_ns + "SPARQL11Query")
    SPARQL11Update: Final = NamedNode(_ns + "SPARQL11Update")
    UnionDefaultGraph: Final = NamedNode(_ns + "UnionDefaultGraph")
    Function: Final = NamedNode(_ns + "Function")
    extensionFunction: Final = NamedNode(_ns + "extensionFunction")
    defaultEntailmentRegime: Final = NamedNode(_ns + "defaultEntailmentRegime")


class XSD:
    """XML Schema datatypes."""

    _ns: Final = PREFIXES["xsd"]
    string: Final = NamedNode(_ns + "string")
    integer: Final = NamedNode(_ns + "integer")
    nonNegativeInteger: Final = NamedNode(_ns + "nonNegativeInteger")
    decimal: Final = NamedNode(_ns + "decimal")
    date: Final = NamedNode(_ns + "date")
    gYear: Final = NamedNode(_ns + "gYear")
    gYearMonth: Final = NamedNode(_ns + "gYearMonth")
    boolean: Final = NamedNode(_ns + "boolean")
    token: Final = NamedNode(_ns + "token")
    anyURI: Final = NamedNode(_ns + "anyURI")
    duration: Final = NamedNode(_ns + "duration")
    dateTime: Final = NamedNode(_ns + "dateTime")
    hexBinary: Final = NamedNode(_ns + "hexBinary")
