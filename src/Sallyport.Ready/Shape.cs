using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Sallyport.Ready;

/// <summary>A type as it stands in a signature.</summary>
/// <param name="Kind">How it is laid out.</param>
/// <param name="Name">Of what has one.</param>
/// <param name="Parts">Arguments; the element of an array.</param>
/// <param name="Number">Of a primitive type, or of a parameter.</param>
internal sealed record Shape(ShapeKind Kind, TypeName? Name = null, ImmutableArray<Shape> Parts = default, int Number = 0)
{
    public static readonly Shape Object = new(ShapeKind.Primitive, Number: (int)PrimitiveTypeCode.Object);

    /// <summary>All types of which this is true share their code.</summary>
    public bool IsReference => Kind switch
    {
        ShapeKind.Class or ShapeKind.Array or ShapeKind.TypeParameter or ShapeKind.MethodParameter => true,
        ShapeKind.Primitive => (PrimitiveTypeCode)Number is PrimitiveTypeCode.Object or PrimitiveTypeCode.String,
        _ => false,
    };

    /// <summary>Its code is shared with that of other types.</summary>
    public bool IsShared => IsReference || Kind == ShapeKind.Value && !Parts.IsDefault && Parts.Any(p => p.IsShared);

    /// <summary>The same code, with no name in it that does not count.</summary>
    public Shape Plain => IsReference ? Object : Parts.IsDefault ? this : this with { Parts = [.. Parts.Select(p => p.Plain)] };

    public void Write(SignatureTypeEncoder to, Func<TypeName, EntityHandle> handle)
    {
        switch (Kind)
        {
            case ShapeKind.Primitive:
                WritePrimitive(to);
                break;
            case ShapeKind.Array:
                Parts[0].Write(to.SZArray(), handle);
                break;
            case ShapeKind.TypeParameter:
                to.GenericTypeParameter(Number);
                break;
            case ShapeKind.MethodParameter:
                to.GenericMethodTypeParameter(Number);
                break;
            case ShapeKind.Class or ShapeKind.Value when Parts.IsDefault:
                to.Type(handle(Name!), Kind == ShapeKind.Value);
                break;
            case ShapeKind.Class or ShapeKind.Value:
                var arguments = to.GenericInstantiation(handle(Name!), Parts.Length, Kind == ShapeKind.Value);
                foreach (var part in Parts) part.Write(arguments.AddArgument(), handle);
                break;
            default:
                throw new NotSupportedException("a signature with a pointer, or an array of more than one dimension");
        }
    }

    private void WritePrimitive(SignatureTypeEncoder to)
    {
        if ((PrimitiveTypeCode)Number == PrimitiveTypeCode.Object) to.Object();
        else to.PrimitiveType((PrimitiveTypeCode)Number);
    }
}

internal enum ShapeKind
{
    Primitive,
    Class,
    Value,
    Array,
    ByReference,
    TypeParameter,
    MethodParameter,
    Other,
}

/// <summary>Reads shapes out of an assembly's signatures.</summary>
internal sealed class ShapeReader(AssemblyFile assembly) : ISignatureTypeProvider<Shape, object?>
{
    public Shape GetPrimitiveType(PrimitiveTypeCode code) => new(ShapeKind.Primitive, Number: (int)code);

    public Shape GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Named(assembly.NameOf(handle), rawTypeKind);

    public Shape GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Named(assembly.NameOf(handle), rawTypeKind);

    public Shape GetTypeFromSpecification(MetadataReader reader, object? context, TypeSpecificationHandle handle, byte rawTypeKind) => reader.GetTypeSpecification(handle).DecodeSignature(this, context);

    public Shape GetGenericInstantiation(Shape type, ImmutableArray<Shape> arguments) => type with { Parts = arguments };

    public Shape GetGenericTypeParameter(object? context, int index) => new(ShapeKind.TypeParameter, Number: index);

    public Shape GetGenericMethodParameter(object? context, int index) => new(ShapeKind.MethodParameter, Number: index);

    public Shape GetSZArrayType(Shape element) => new(ShapeKind.Array, Parts: [element]);

    public Shape GetArrayType(Shape element, ArrayShape shape) => new(ShapeKind.Other);

    public Shape GetByReferenceType(Shape element) => new(ShapeKind.ByReference, Parts: [element]);

    public Shape GetPointerType(Shape element) => new(ShapeKind.Other);

    public Shape GetFunctionPointerType(MethodSignature<Shape> signature) => new(ShapeKind.Other);

    public Shape GetPinnedType(Shape element) => element;

    public Shape GetModifiedType(Shape modifier, Shape unmodified, bool isRequired) => unmodified;

    private static Shape Named(TypeName name, byte rawTypeKind) => new(rawTypeKind == (byte)SignatureTypeKind.ValueType ? ShapeKind.Value : ShapeKind.Class, name);
}
