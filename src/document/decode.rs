//! Tree to typed values: a serde deserializer over [`Node`] whose errors know their place.

use serde::de::{self, DeserializeOwned, IntoDeserializer, Visitor};

use super::{Kind, Node};
use crate::diagnostic::Span;

/// The newtype name under which a number arrives as the text it was written as, so that no digit is lost.
pub const RAW_NUMBER: &str = "$driftless::raw_number";

/// Why a node is not the value that was wanted, and where.
#[derive(Debug, Clone)]
pub struct DecodeError {
    pub message: String,
    pub span: Option<Span>,
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DecodeError {}

impl de::Error for DecodeError {
    fn custom<T: std::fmt::Display>(message: T) -> DecodeError {
        DecodeError {
            message: message.to_string(),
            span: None,
        }
    }
}

/// Reads a typed value from a tree.
pub fn decode<T: DeserializeOwned>(node: &Node) -> Result<T, DecodeError> {
    T::deserialize(node).map_err(|error| error.or_at(node.span))
}

/// Reads a typed value from a map, some of its keys left out.
pub fn decode_without<T: DeserializeOwned>(node: &Node, left_out: &'static [&'static str]) -> Result<T, DecodeError> {
    let entries = Entries {
        entries: node.entries().iter(),
        left_out,
        value: None,
    };
    T::deserialize(de::value::MapAccessDeserializer::new(entries)).map_err(|error| error.or_at(node.span))
}

impl DecodeError {
    fn or_at(mut self, span: Span) -> DecodeError {
        self.span = self.span.or(Some(span));
        self
    }
}

impl<'de> de::Deserializer<'de> for &'de Node {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let result = match &self.kind {
            Kind::Null(_) => visitor.visit_unit(),
            Kind::Bool(value, _) => visitor.visit_bool(*value),
            Kind::Int(value, _) => visitor.visit_i64(*value),
            Kind::Float(value, _) => visitor.visit_f64(*value),
            Kind::Str(text) => visitor.visit_str(text),
            Kind::Seq(items) => visitor.visit_seq(Items(items.iter())),
            Kind::Map(entries) => visitor.visit_map(Entries {
                entries: entries.iter(),
                left_out: &[],
                value: None,
            }),
        };
        result.map_err(|error| error.or_at(self.span))
    }

    /// Text is what was written, even where it looks like a number: `version: 1.10` is "1.10".
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match &self.kind {
            Kind::Bool(_, raw) | Kind::Int(_, raw) | Kind::Float(_, raw) => visitor.visit_str(raw),
            _ => self.deserialize_any(visitor),
        }
        .map_err(|error: DecodeError| error.or_at(self.span))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.kind {
            Kind::Null(_) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match &self.kind {
            Kind::Int(_, raw) | Kind::Float(_, raw) if name == RAW_NUMBER => visitor.visit_str(raw),
            _ => visitor.visit_newtype_struct(self),
        }
        .map_err(|error: DecodeError| error.or_at(self.span))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        let result = match &self.kind {
            Kind::Str(text) => visitor.visit_enum((&**text).into_deserializer()),
            Kind::Map(entries) => match entries.as_slice() {
                [entry] => visitor.visit_enum(Variant(&entry.key, entry.key_span, &entry.value)),
                [] => Err(de::Error::custom("expected exactly one key, found none")),
                [_, second, ..] => Err(DecodeError {
                    message: format!("expected exactly one key, found {}", entries.len()),
                    span: Some(second.key_span),
                }),
            },
            _ => Err(de::Error::custom(format!(
                "expected a map with one key, found {}",
                self.kind_name()
            ))),
        };
        result.map_err(|error| error.or_at(self.span))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Items<'de>(std::slice::Iter<'de, Node>);

impl<'de> de::SeqAccess<'de> for Items<'de> {
    type Error = DecodeError;

    fn next_element_seed<T: de::DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, DecodeError> {
        match self.0.next() {
            Some(item) => seed.deserialize(item).map(Some).map_err(|error| error.or_at(item.span)),
            None => Ok(None),
        }
    }
}

struct Entries<'de> {
    entries: std::slice::Iter<'de, super::Entry>,
    left_out: &'static [&'static str],
    value: Option<&'de Node>,
}

impl<'de> de::MapAccess<'de> for Entries<'de> {
    type Error = DecodeError;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        let left_out = self.left_out;
        let Some(entry) = self.entries.find(|entry| !left_out.contains(&&*entry.key)) else {
            return Ok(None);
        };
        self.value = Some(&entry.value);
        let key: de::value::StrDeserializer<'_, DecodeError> = (&*entry.key).into_deserializer();
        seed.deserialize(key)
            .map(Some)
            .map_err(|error| error.or_at(entry.key_span))
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        let value = self.value.take().expect("serde asks for a value only after its key");
        seed.deserialize(value).map_err(|error| error.or_at(value.span))
    }
}

/// An enum's variant: the one key of a map, with the value as its content.
struct Variant<'de>(&'de str, Span, &'de Node);

impl<'de> de::EnumAccess<'de> for Variant<'de> {
    type Error = DecodeError;
    type Variant = &'de Node;

    fn variant_seed<V: de::DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, &'de Node), DecodeError> {
        let key: de::value::StrDeserializer<'_, DecodeError> = self.0.into_deserializer();
        let value = seed.deserialize(key).map_err(|error| error.or_at(self.1))?;
        Ok((value, self.2))
    }
}

impl<'de> de::VariantAccess<'de> for &'de Node {
    type Error = DecodeError;

    fn unit_variant(self) -> Result<(), DecodeError> {
        match self.kind {
            Kind::Null(_) => Ok(()),
            _ => Err(DecodeError {
                message: "this takes no value".into(),
                span: Some(self.span),
            }),
        }
    }

    fn newtype_variant_seed<T: de::DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, DecodeError> {
        seed.deserialize(self).map_err(|error| error.or_at(self.span))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, DecodeError> {
        de::Deserializer::deserialize_any(self, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        de::Deserializer::deserialize_any(self, visitor)
    }
}
