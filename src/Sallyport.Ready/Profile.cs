using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Sallyport.Ready;

/// <summary>
/// A profile as crossgen2 reads it (<c>--mibc</c>): an assembly whose global method <c>AssemblyDictionary</c> names groups, and each
/// group the methods that were used. We name those of the box that keeps a state machine while it waits: they are called by interface
/// and delegate only, where the compiler does not look.
/// </summary>
internal sealed class Profile(AssemblyFile core)
{
    private const string Box = "System.Runtime.CompilerServices.AsyncTaskMethodBuilder`1/AsyncStateMachineBox`1";

    private readonly MetadataBuilder metadata = new();
    private readonly MethodBodyStreamEncoder bodies = new(new BlobBuilder());
    private readonly Dictionary<string, EntityHandle> handles = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<StateMachine>> groups = new(StringComparer.Ordinal);
    private readonly ShapeReader shapes = new(core);

    public void Add(StateMachine machine, string assembly)
    {
        if (!groups.TryGetValue(assembly, out var group)) groups[assembly] = group = [];
        group.Add(machine);
    }

    /// <param name="name">Of the file.</param>
    public byte[] Write(string name)
    {
        metadata.AddModule(0, metadata.GetOrAddString(name), metadata.GetOrAddGuid(new Guid("6b8f7b1e-3c0a-4a5e-9d0e-0a3f5b2c7d11")), default, default);
        metadata.AddAssembly(metadata.GetOrAddString(Path.GetFileNameWithoutExtension(name)), new Version(1, 0, 0, 0), default, default, default, AssemblyHashAlgorithm.None);
        metadata.AddTypeDefinition(default, default, metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        var box = core.Reader.TypeDefinitions.First(h => core.NameOf(h).Text == Box);
        var methods = core.Reader.GetTypeDefinition(box).GetMethods().Select(core.Reader.GetMethodDefinition).Where(m => m.RelativeVirtualAddress != 0 && m.GetGenericParameters().Count == 0).ToArray();

        var dictionary = Code();
        foreach (var (assembly, machines) in groups)
        {
            var group = Code();
            foreach (var machine in machines)
            {
                var owner = Owner(machine, core.NameOf(box));
                foreach (var method in methods)
                {
                    group.OpCode(ILOpCode.Ldtoken);
                    group.Token(metadata.AddMemberReference(owner, metadata.GetOrAddString(core.Reader.GetString(method.Name)), Signature(method)));
                    group.OpCode(ILOpCode.Pop);
                }
            }
            dictionary.LoadString(metadata.GetOrAddUserString($"{assembly};{core.Name}"));
            dictionary.OpCode(ILOpCode.Ldtoken);
            dictionary.Token(AddMethod($"Assemblies_{assembly}", group));
            dictionary.OpCode(ILOpCode.Pop);
        }
        AddMethod("AssemblyDictionary", dictionary);

        var image = new BlobBuilder();
        new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(metadata), bodies.Builder, deterministicIdProvider: _ => new BlobContentId(new Guid("6b8f7b1e-3c0a-4a5e-9d0e-0a3f5b2c7d11"), 1)).Serialize(image);
        return image.ToArray();
    }

    private EntityHandle Owner(StateMachine machine, TypeName box)
    {
        var signature = new BlobBuilder();
        new Shape(ShapeKind.Class, box, [machine.Result, machine.Type]).Write(new BlobEncoder(signature).TypeSpecificationSignature(), Handle);
        return metadata.AddTypeSpecification(metadata.GetOrAddBlob(signature));
    }

    private BlobHandle Signature(MethodDefinition method)
    {
        var decoded = method.DecodeSignature(shapes, null);
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature(decoded.Header.CallingConvention, 0, decoded.Header.IsInstance).Parameters(decoded.ParameterTypes.Length, returns =>
        {
            if (decoded.ReturnType is { Kind: ShapeKind.Primitive, Number: (int)PrimitiveTypeCode.Void }) returns.Void();
            else Write(decoded.ReturnType, returns.Type);
        }, parameters =>
        {
            foreach (var type in decoded.ParameterTypes) Write(type, parameters.AddParameter().Type);
        });
        return metadata.GetOrAddBlob(signature);

        void Write(Shape type, Func<bool, SignatureTypeEncoder> to)
        {
            if (type.Kind == ShapeKind.ByReference) type.Parts[0].Write(to(true), Handle);
            else type.Write(to(false), Handle);
        }
    }

    private EntityHandle Handle(TypeName name)
    {
        var key = $"{name.Assembly} {name.Text}";
        if (handles.TryGetValue(key, out var known)) return known;
        var scope = name.Names.Length > 1 ? Handle(name with { Names = name.Names[..^1] }) : Assembly(name.Assembly);
        return handles[key] = metadata.AddTypeReference(scope, name.Names.Length > 1 ? default : metadata.GetOrAddString(name.Space), metadata.GetOrAddString(name.Names[^1]));
    }

    private EntityHandle Assembly(string name)
    {
        if (handles.TryGetValue(name, out var known)) return known;
        return handles[name] = metadata.AddAssemblyReference(metadata.GetOrAddString(name), new Version(0, 0, 0, 0), default, default, default, default);
    }

    private static InstructionEncoder Code() => new(new BlobBuilder());

    private MethodDefinitionHandle AddMethod(string name, InstructionEncoder code)
    {
        code.OpCode(ILOpCode.Ret);
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature().Parameters(0, static returns => returns.Void(), static _ => { });
        return metadata.AddMethodDefinition(MethodAttributes.Public | MethodAttributes.Static, MethodImplAttributes.IL, metadata.GetOrAddString(name), metadata.GetOrAddBlob(signature), bodies.AddMethodBody(code), default);
    }
}
