//! The types that Liquibase knows, by all the names that it takes for them.

/// How Liquibase treats a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    BigInt,
    Blob,
    Boolean,
    Char,
    Clob,
    Currency,
    Date,
    DateTime,
    Decimal,
    Double,
    Float,
    Function,
    Int,
    MediumInt,
    NChar,
    NVarchar,
    Number,
    SmallInt,
    Time,
    Timestamp,
    TinyInt,
    Uuid,
    Varchar,
    Xml,
    /// One that is for another database alone.
    Elsewhere,
    /// One that it passes on.
    Unknown,
}

/// Each with its own name, by which it goes on where a database has no other, and all its names in lower case.
const KINDS: [(Kind, &str, &[&str]); 25] = [
    (
        Kind::BigInt,
        "bigint",
        &[
            "bigint",
            "java.sql.types.bigint",
            "java.math.biginteger",
            "java.lang.long",
            "integer8",
            "bigserial",
            "serial8",
            "int8",
        ],
    ),
    (
        Kind::Blob,
        "blob",
        &[
            "blob",
            "longblob",
            "longvarbinary",
            "java.sql.types.blob",
            "java.sql.types.longblob",
            "java.sql.types.longvarbinary",
            "java.sql.types.varbinary",
            "java.sql.types.binary",
            "varbinary",
            "binary",
            "image",
            "tinyblob",
            "mediumblob",
            "long binary",
            "long varbinary",
        ],
    ),
    (
        Kind::Boolean,
        "boolean",
        &["boolean", "java.sql.types.boolean", "java.lang.boolean", "bit", "bool"],
    ),
    (
        Kind::Char,
        "char",
        &["char", "java.sql.types.char", "bpchar", "character"],
    ),
    (
        Kind::Clob,
        "clob",
        &[
            "clob",
            "longvarchar",
            "text",
            "longtext",
            "java.sql.types.longvarchar",
            "java.sql.types.clob",
            "nclob",
            "longnvarchar",
            "ntext",
            "java.sql.types.longnvarchar",
            "java.sql.types.nclob",
            "tinytext",
            "mediumtext",
            "long varchar",
            "long nvarchar",
        ],
    ),
    (Kind::Currency, "currency", &["currency", "money", "smallmoney"]),
    (Kind::Date, "date", &["date", "java.sql.types.date", "java.sql.date"]),
    (
        Kind::DateTime,
        "datetime",
        &[
            "datetime",
            "java.sql.types.datetime",
            "java.util.date",
            "smalldatetime",
            "datetime2",
        ],
    ),
    (
        Kind::Decimal,
        "decimal",
        &["decimal", "java.sql.types.decimal", "java.math.bigdecimal"],
    ),
    (
        Kind::Double,
        "double",
        &["double", "java.sql.types.double", "java.lang.double"],
    ),
    (
        Kind::Float,
        "float",
        &[
            "float",
            "java.sql.types.float",
            "java.lang.float",
            "real",
            "java.sql.types.real",
        ],
    ),
    (
        Kind::Function,
        "function",
        &["function", "liquibase.statement.databasefunction"],
    ),
    (
        Kind::Int,
        "int",
        &[
            "int",
            "integer",
            "java.sql.types.integer",
            "java.lang.integer",
            "serial",
            "int4",
            "serial4",
        ],
    ),
    (Kind::MediumInt, "mediumint", &["mediumint"]),
    (Kind::NChar, "nchar", &["nchar", "java.sql.types.nchar", "nchar2"]),
    (
        Kind::NVarchar,
        "nvarchar",
        &["nvarchar", "java.sql.types.nvarchar", "nvarchar2", "national"],
    ),
    (Kind::Number, "number", &["number", "numeric", "java.sql.types.numeric"]),
    (
        Kind::SmallInt,
        "smallint",
        &["smallint", "java.sql.types.smallint", "int2", "smallserial"],
    ),
    (
        Kind::Time,
        "time",
        &["time", "java.sql.types.time", "java.sql.time", "timetz"],
    ),
    (
        Kind::Timestamp,
        "timestamp",
        &[
            "timestamp",
            "java.sql.types.timestamp",
            "java.sql.types.timestamp_with_timezone",
            "java.sql.timestamp",
            "timestamptz",
        ],
    ),
    (Kind::TinyInt, "tinyint", &["tinyint", "java.sql.types.tinyint"]),
    (Kind::Uuid, "uuid", &["uuid", "uniqueidentifier", "java.util.uuid"]),
    (
        Kind::Varchar,
        "varchar",
        &[
            "varchar",
            "java.sql.types.varchar",
            "java.lang.string",
            "varchar2",
            "character varying",
        ],
    ),
    (Kind::Xml, "xml", &["xml", "xmltype", "java.sql.types.sqlxml"]),
    (Kind::Elsewhere, "timestamp_ntz", &["timestamp_ntz"]),
];

/// What a name stands for, and the name that it goes on by.
pub(super) fn kind_of(name: &str) -> Option<(Kind, &'static str)> {
    let lower = name.to_ascii_lowercase();
    let found = KINDS.iter().find(|(_, _, names)| names.contains(&lower.as_str()));
    found.map(|(kind, own, _)| (*kind, *own))
}
