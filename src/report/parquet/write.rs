//! A table as a Parquet file: plain types that every reader knows, Snappy, no clock and no machine in
//! it.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use ::parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::types::{Type, TypePtr};

use super::tables::{Column, Table, Values};

/// Rows that are compressed together: bounds what is in memory twice.
const GROUP: usize = 100_000;

pub(super) fn table(table: &Table<'_>, file: &mut File) -> io::Result<()> {
    written(table, file).map_err(io::Error::other)
}

fn written(table: &Table<'_>, file: &mut File) -> Result<(), ParquetError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("mrlint version {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(about(table)))
        .build();
    let mut writer = SerializedFileWriter::new(file, schema(table)?, Arc::new(properties))?;
    let rows = table
        .columns
        .first()
        .map_or(0, |column| column.values.len());
    for start in (0..rows).step_by(GROUP) {
        let range = start..rows.min(start + GROUP);
        let mut group = writer.next_row_group()?;
        for column in &table.columns {
            if let Some(mut into) = group.next_column()? {
                column.values.write(range.clone(), &mut into)?;
                into.close()?;
            }
        }
        group.close()?;
    }
    writer.close()?;
    Ok(())
}

/// What the table and each column are, for whoever has the file alone.
fn about(table: &Table<'_>) -> Vec<KeyValue> {
    let columns = table.columns.iter();
    let columns = columns.map(|it| KeyValue::new(it.name.to_owned(), it.about.to_owned()));
    let whole = KeyValue::new(format!("mrlint:{}", table.name), table.about.to_owned());
    std::iter::once(whole).chain(columns).collect()
}

fn schema(table: &Table<'_>) -> Result<TypePtr, ParquetError> {
    let fields: Result<Vec<TypePtr>, _> = table.columns.iter().map(field).collect();
    let group = Type::group_type_builder(table.name).with_fields(fields?);
    Ok(Arc::new(group.build()?))
}

fn field(column: &Column<'_>) -> Result<TypePtr, ParquetError> {
    let (physical, logical, repetition) = match &column.values {
        Values::Text(_) | Values::Made(_) => (
            Physical::BYTE_ARRAY,
            Some(LogicalType::String),
            Repetition::REQUIRED,
        ),
        Values::Optional(_) => (
            Physical::BYTE_ARRAY,
            Some(LogicalType::String),
            Repetition::OPTIONAL,
        ),
        Values::Int(_) => (Physical::INT64, None, Repetition::REQUIRED),
        Values::Float(_) => (Physical::DOUBLE, None, Repetition::REQUIRED),
        Values::OptionalFloat(_) => (Physical::DOUBLE, None, Repetition::OPTIONAL),
        Values::Bool(_) => (Physical::BOOLEAN, None, Repetition::REQUIRED),
        Values::Time(_) => {
            let time = LogicalType::timestamp(false, TimeUnit::MILLIS);
            (Physical::INT64, Some(time), Repetition::OPTIONAL)
        }
    };
    let field = Type::primitive_type_builder(column.name, physical)
        .with_logical_type(logical)
        .with_repetition(repetition);
    Ok(Arc::new(field.build()?))
}

impl Values<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Text(all) => all.len(),
            Self::Made(all) => all.len(),
            Self::Optional(all) => all.len(),
            Self::Int(all) => all.len(),
            Self::Float(all) => all.len(),
            Self::OptionalFloat(all) => all.len(),
            Self::Bool(all) => all.len(),
            Self::Time(all) => all.len(),
        }
    }

    fn write(
        &self,
        rows: Range<usize>,
        into: &mut SerializedColumnWriter<'_>,
    ) -> Result<(), ParquetError> {
        match self {
            Self::Text(all) => required::<ByteArrayType, _>(&all[rows], |it| (*it).into(), into),
            Self::Made(all) => {
                required::<ByteArrayType, _>(&all[rows], |it| it.as_str().into(), into)
            }
            Self::Optional(all) => {
                optional::<ByteArrayType, _>(&all[rows], |it| it.map(ByteArray::from), into)
            }
            Self::Int(all) => required::<Int64Type, _>(&all[rows], |it| *it, into),
            Self::Float(all) => required::<DoubleType, _>(&all[rows], |it| *it, into),
            Self::OptionalFloat(all) => optional::<DoubleType, _>(&all[rows], |it| *it, into),
            Self::Bool(all) => required::<BoolType, _>(&all[rows], |it| *it, into),
            Self::Time(all) => optional::<Int64Type, _>(&all[rows], |it| *it, into),
        }
    }
}

fn required<D: DataType, T>(
    rows: &[T],
    value: impl Fn(&T) -> D::T,
    into: &mut SerializedColumnWriter<'_>,
) -> Result<(), ParquetError> {
    let values: Vec<D::T> = rows.iter().map(value).collect();
    into.typed::<D>().write_batch(&values, None, None)?;
    Ok(())
}

fn optional<D: DataType, T>(
    rows: &[T],
    value: impl Fn(&T) -> Option<D::T>,
    into: &mut SerializedColumnWriter<'_>,
) -> Result<(), ParquetError> {
    let values: Vec<Option<D::T>> = rows.iter().map(value).collect();
    let levels: Vec<i16> = values.iter().map(|it| i16::from(it.is_some())).collect();
    let values: Vec<D::T> = values.into_iter().flatten().collect();
    into.typed::<D>()
        .write_batch(&values, Some(&levels), None)?;
    Ok(())
}
