using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sallyport.Shelves;

/// <summary>
/// For each abstract type marked [Shelf], writes a class NAMEShelf with <c>All()</c>: one new instance of every
/// concrete type of this assembly that derives from it, in order of name. So adding a leaf is adding its file.
/// </summary>
[Generator]
public sealed class ShelfGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        context.RegisterPostInitializationOutput(output => output.AddSource("ShelfAttribute.g.cs", """
            namespace Sallyport.Shelves;

            /// <summary>Marks an abstract type whose concrete descendants are collected at build time.</summary>
            [System.AttributeUsage(System.AttributeTargets.Class)]
            internal sealed class ShelfAttribute : System.Attribute;
            """));

        var leaves = context.SyntaxProvider.CreateSyntaxProvider(
                static (node, _) => node is ClassDeclarationSyntax { BaseList: not null },
                static (syntax, cancellation) => Place(syntax.SemanticModel.GetDeclaredSymbol((ClassDeclarationSyntax)syntax.Node, cancellation) as INamedTypeSymbol))
            .Where(static leaf => leaf.Shelf.Length > 0)
            .Collect();

        context.RegisterSourceOutput(leaves, static (output, all) => Write(output, all));
    }

    private static (string Shelf, string Leaf) Place(INamedTypeSymbol? type)
    {
        if (type is null || type.IsAbstract || type.TypeParameters.Length > 0) return ("", "");
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (ancestor.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == "Sallyport.Shelves.ShelfAttribute"))
                return (ancestor.ToDisplayString(), type.ToDisplayString());
        }
        return ("", "");
    }

    private static void Write(SourceProductionContext output, ImmutableArray<(string Shelf, string Leaf)> leaves)
    {
        foreach (var shelf in leaves.Distinct().GroupBy(leaf => leaf.Shelf))
        {
            var dot = shelf.Key.LastIndexOf('.');
            var (room, name) = (shelf.Key.Substring(0, dot), shelf.Key.Substring(dot + 1));
            var text = new StringBuilder()
                .Append("namespace ").Append(room).AppendLine(";").AppendLine()
                .Append("/// <summary>Every ").Append(name).AppendLine(" of this assembly.</summary>")
                .Append("internal static class ").Append(name).AppendLine("Shelf")
                .AppendLine("{")
                .Append("    public static global::").Append(shelf.Key).AppendLine("[] All() =>")
                .AppendLine("    [");
            foreach (var leaf in shelf.Select(l => l.Leaf).OrderBy(l => l, System.StringComparer.Ordinal))
                text.Append("        new global::").Append(leaf).AppendLine("(),");
            text.AppendLine("    ];").AppendLine("}");
            output.AddSource(name + "Shelf.g.cs", text.ToString());
        }
    }
}
