using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Sallyport.Ready;

/// <summary>An assembly on the disk, as it is named and described in its own tables.</summary>
internal sealed class AssemblyFile : IDisposable
{
    private readonly PEReader file;

    public AssemblyFile(string path)
    {
        file = new PEReader(File.OpenRead(path));
        Reader = file.GetMetadataReader();
        Name = Reader.GetString(Reader.GetAssemblyDefinition().Name);
    }

    public MetadataReader Reader { get; }

    public string Name { get; }

    /// <summary>The assembly, the names from the outermost type inwards, and the namespace of that one.</summary>
    public TypeName NameOf(TypeDefinitionHandle handle)
    {
        var type = Reader.GetTypeDefinition(handle);
        var name = Reader.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer ? NameOf(outer).Inner(name) : new TypeName(Name, Reader.GetString(type.Namespace), [name]);
    }

    public TypeName NameOf(TypeReferenceHandle handle)
    {
        var type = Reader.GetTypeReference(handle);
        var (name, space) = (Reader.GetString(type.Name), Reader.GetString(type.Namespace));
        return type.ResolutionScope.Kind switch
        {
            HandleKind.TypeReference => NameOf((TypeReferenceHandle)type.ResolutionScope).Inner(name),
            HandleKind.AssemblyReference => new TypeName(Reader.GetString(Reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name), space, [name]),
            _ => new TypeName(Name, space, [name]),
        };
    }

    public void Dispose() => file.Dispose();
}

/// <summary>A type by name, wherever it is.</summary>
internal sealed record TypeName(string Assembly, string Space, string[] Names)
{
    public TypeName Inner(string name) => this with { Names = [.. Names, name] };

    /// <summary>Without the assembly.</summary>
    public string Text => $"{Space}.{string.Join('/', Names)}";
}
