//! The types that rule expressions are checked against, and the names they may use.
//! Knows nothing of values: what a field holds, the host says.

use std::fmt;
use std::sync::Arc;

/// Index of a struct type in its [`Schema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u16);

/// Index of an object type in its [`Schema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectTypeId(pub u16);

/// Position of a field in its struct or object type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldIx(pub u16);

/// Index of a function or method that the host evaluates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionIx(pub u16);

/// A type.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    Null,
    Bool,
    Int,
    Double,
    /// `known`: the only values it can have; a comparison with another is an error.
    String {
        known: Option<Arc<[String]>>,
    },
    List(Arc<Type>),
    /// Keys are strings.
    Map(Arc<Type>),
    Struct(TypeId),
    Object(ObjectTypeId),
    Nullable(Arc<Type>),
    /// Fits everything: the items of `[]`. Not for fields.
    Any,
}

/// A named, typed, documented field of a struct or object type.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub name: String,
    pub ty: Type,
    pub doc: String,
}

/// A struct type: its values are [`Record`](super::Record)s in this order.
#[derive(Debug, Clone)]
pub struct StructType {
    pub name: String,
    pub doc: String,
    pub fields: Vec<Field>,
}

/// An object type: its fields are worked out by the host when read. The fields of
/// the type that it extends come first, so their positions mean the same in both.
#[derive(Debug, Clone)]
pub struct ObjectType {
    pub name: String,
    pub doc: String,
    pub extends: Option<ObjectTypeId>,
    pub fields: Vec<Field>,
}

/// A function (`receiver` is `None`) or method that the host evaluates.
#[derive(Debug, Clone)]
pub struct Function {
    pub name: String,
    pub receiver: Option<Type>,
    pub parameters: Vec<Type>,
    pub returns: Type,
    pub doc: String,
}

/// The registry of struct types, object types and functions.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    structs: Vec<StructType>,
    objects: Vec<ObjectType>,
    functions: Vec<Function>,
}

/// What one expression may use: a schema, and variables whose positions are the
/// positions of their values in [`Env::variables`](super::Env).
#[derive(Debug, Clone)]
pub struct Scope<'s> {
    pub schema: &'s Schema,
    pub variables: Vec<(String, Type)>,
}

impl Type {
    /// A string of any content.
    pub const STRING: Type = Type::String { known: None };

    pub fn list(item: Type) -> Self {
        Self::List(Arc::new(item))
    }

    pub fn map(value: Type) -> Self {
        Self::Map(Arc::new(value))
    }

    /// This or null. Never nests.
    #[must_use]
    pub fn nullable(self) -> Self {
        match self {
            Self::Null | Self::Nullable(_) | Self::Any => self,
            other => Self::Nullable(Arc::new(other)),
        }
    }

    /// This without null.
    pub fn non_null(&self) -> &Type {
        match self {
            Self::Nullable(inner) => inner,
            other => other,
        }
    }

    pub fn can_be_null(&self) -> bool {
        matches!(self, Self::Null | Self::Nullable(_) | Self::Any)
    }

    pub fn is_string(&self) -> bool {
        matches!(self, Self::String { .. } | Self::Any)
    }

    /// One of these strings and no other.
    pub fn one_of<S: Into<String>>(known: impl IntoIterator<Item = S>) -> Self {
        let known: Vec<String> = known.into_iter().map(Into::into).collect();
        Self::String {
            known: Some(known.into()),
        }
    }
}

impl Schema {
    pub fn add_struct(&mut self, name: &str, doc: &str, fields: Vec<Field>) -> TypeId {
        let id = TypeId(index(self.structs.len()));
        let (name, doc) = (name.to_owned(), doc.to_owned());
        self.structs.push(StructType { name, doc, fields });
        id
    }

    /// Adds an object type, with the fields of `extends` first.
    pub fn add_object(
        &mut self,
        name: &str,
        doc: &str,
        extends: Option<ObjectTypeId>,
    ) -> ObjectTypeId {
        let id = ObjectTypeId(index(self.objects.len()));
        let fields = extends.map(|base| self.object(base).fields.clone());
        self.objects.push(ObjectType {
            name: name.to_owned(),
            doc: doc.to_owned(),
            extends,
            fields: fields.unwrap_or_default(),
        });
        id
    }

    /// Adds a field to an object type. Add all fields before extending the type.
    pub fn add_field(&mut self, object: ObjectTypeId, name: &str, ty: Type, doc: &str) -> FieldIx {
        let fields = &mut self.objects[usize::from(object.0)].fields;
        let ix = FieldIx(index(fields.len()));
        let (name, doc) = (name.to_owned(), doc.to_owned());
        fields.push(Field { name, ty, doc });
        ix
    }

    /// Adds a function or method for the host to evaluate. A method's receiver is the
    /// first argument of the call. Methods may share a name when receivers differ.
    pub fn add_function(&mut self, function: Function) -> FunctionIx {
        let ix = FunctionIx(index(self.functions.len()));
        self.functions.push(function);
        ix
    }

    pub fn structure(&self, id: TypeId) -> &StructType {
        &self.structs[usize::from(id.0)]
    }

    pub fn object(&self, id: ObjectTypeId) -> &ObjectType {
        &self.objects[usize::from(id.0)]
    }

    pub fn function(&self, ix: FunctionIx) -> &Function {
        &self.functions[usize::from(ix.0)]
    }

    pub fn structs(&self) -> impl Iterator<Item = (TypeId, &StructType)> {
        self.structs
            .iter()
            .enumerate()
            .map(|(ix, ty)| (TypeId(index(ix)), ty))
    }

    pub fn objects(&self) -> impl Iterator<Item = (ObjectTypeId, &ObjectType)> {
        self.objects
            .iter()
            .enumerate()
            .map(|(ix, ty)| (ObjectTypeId(index(ix)), ty))
    }

    pub fn functions(&self) -> impl Iterator<Item = (FunctionIx, &Function)> {
        self.functions
            .iter()
            .enumerate()
            .map(|(ix, f)| (FunctionIx(index(ix)), f))
    }

    /// The object type named `name`.
    pub fn object_named(&self, name: &str) -> Option<ObjectTypeId> {
        self.objects()
            .find(|(_, ty)| ty.name == name)
            .map(|(id, _)| id)
    }

    /// The position of an object type's field.
    pub fn field_named(&self, object: ObjectTypeId, name: &str) -> Option<FieldIx> {
        let found = self
            .object(object)
            .fields
            .iter()
            .position(|field| field.name == name);
        found.map(|ix| FieldIx(index(ix)))
    }

    /// Whether `object` is `base` or extends it.
    pub fn extends(&self, object: ObjectTypeId, base: ObjectTypeId) -> bool {
        let mut at = Some(object);
        while let Some(id) = at {
            if id == base {
                return true;
            }
            at = self.object(id).extends;
        }
        false
    }

    pub(super) fn set_fields(&mut self, id: TypeId, fields: Vec<Field>) {
        self.structs[usize::from(id.0)].fields = fields;
    }

    /// A type as authors read it in messages and docs.
    pub fn display<'a>(&'a self, ty: &'a Type) -> impl fmt::Display + 'a {
        DisplayType { schema: self, ty }
    }
}

/// Indexes are 16 bits: a schema beyond that is no schema that anyone wrote.
fn index(len: usize) -> u16 {
    u16::try_from(len).unwrap_or(u16::MAX)
}

struct DisplayType<'a> {
    schema: &'a Schema,
    ty: &'a Type,
}

impl fmt::Display for DisplayType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = |ty| self.schema.display(ty);
        match self.ty {
            Type::Null => f.write_str("null"),
            Type::Bool => f.write_str("bool"),
            Type::Int => f.write_str("int"),
            Type::Double => f.write_str("double"),
            Type::String { .. } => f.write_str("string"),
            Type::List(item) => write!(f, "list of {}", inner(item)),
            Type::Map(value) => write!(f, "map of {}", inner(value)),
            Type::Struct(id) => f.write_str(&self.schema.structure(*id).name),
            Type::Object(id) => f.write_str(&self.schema.object(*id).name),
            Type::Nullable(of) => write!(f, "{} or null", inner(of)),
            Type::Any => f.write_str("anything"),
        }
    }
}
