using System.Reflection;
using System.Reflection.Metadata;

namespace Sallyport.Ready;

/// <summary>An asynchronous method, as the C# compiler wrote it down.</summary>
/// <param name="Type">Its state machine.</param>
/// <param name="Result">What it returns, apart from the task.</param>
internal sealed record StateMachine(Shape Type, Shape Result);

/// <summary>
/// Finds the asynchronous methods whose machinery the ahead-of-time compiler overlooks: those that share code, as what they return is a
/// reference, or they are generic.
/// </summary>
internal static class StateMachines
{
    private static readonly Shape Nothing = new(ShapeKind.Value, new TypeName("System.Private.CoreLib", "System.Threading.Tasks", ["VoidTaskResult"]));

    public static IEnumerable<StateMachine> In(AssemblyFile assembly)
    {
        var shapes = new ShapeReader(assembly);
        foreach (var handle in assembly.Reader.TypeDefinitions)
        {
            var type = assembly.Reader.GetTypeDefinition(handle);
            // In a debug build, and where they yield, they are classes: those share everything, and are known.
            if (!IsStruct(assembly, type) || ResultOf(assembly, type, shapes) is not { } result) continue;
            var parameters = type.GetGenericParameters();
            if (!result.IsShared && parameters.Count == 0) continue;
            if (parameters.Any(p => (assembly.Reader.GetGenericParameter(p).Attributes & GenericParameterAttributes.NotNullableValueTypeConstraint) != 0)) continue;
            var machine = new Shape(ShapeKind.Value, assembly.NameOf(handle));
            if (parameters.Count > 0) machine = machine with { Parts = [.. parameters.Select(_ => Shape.Object)] };
            yield return new StateMachine(machine, result.Plain);
        }
    }

    private static bool IsStruct(AssemblyFile assembly, TypeDefinition type) =>
        !type.BaseType.IsNil && type.BaseType.Kind switch
        {
            HandleKind.TypeReference => assembly.NameOf((TypeReferenceHandle)type.BaseType),
            HandleKind.TypeDefinition => assembly.NameOf((TypeDefinitionHandle)type.BaseType),
            _ => null,
        } is { Text: "System.ValueType" };

    private static Shape? ResultOf(AssemblyFile assembly, TypeDefinition type, ShapeReader shapes)
    {
        foreach (var handle in type.GetFields())
        {
            var field = assembly.Reader.GetFieldDefinition(handle);
            if (!assembly.Reader.StringComparer.Equals(field.Name, "<>t__builder")) continue;
            var builder = field.DecodeSignature(shapes, null);
            return builder.Name?.Text switch
            {
                "System.Runtime.CompilerServices.AsyncTaskMethodBuilder`1" or "System.Runtime.CompilerServices.AsyncValueTaskMethodBuilder`1" => builder.Parts[0],
                "System.Runtime.CompilerServices.AsyncTaskMethodBuilder" or "System.Runtime.CompilerServices.AsyncValueTaskMethodBuilder" or "System.Runtime.CompilerServices.AsyncVoidMethodBuilder" => Nothing,
                _ => null,
            };
        }
        return null;
    }
}
