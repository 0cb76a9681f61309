using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Files;

/// <summary>A path as the model wrote it, where it really leads, and how it is shown.</summary>
/// <param name="Named">Absolute, links not followed.</param>
/// <param name="Real">Where links lead: what is opened and written.</param>
/// <param name="Shown">For people and models.</param>
internal readonly record struct Place(string Named, string Real, string Shown)
{
    public static Place Of(string path, Workspace workspace)
    {
        // No name holds a null character: with another in its place the path is merely not found.
        var named = workspace.Resolve(path.Replace('\0', '\uFFFD'));
        return new Place(named, RealPath.Of(named, workspace), workspace.Show(named));
    }

    public static Place Of(JsonElement arguments, Workspace workspace) => Of(arguments.TextOrNull("path") ?? ".", workspace);

    /// <summary>What keeps it from being a file or a folder; null when nothing does.</summary>
    public string? Special => FileFacts.Special(Named) ?? FileFacts.Special(Real);

    /// <summary>Both names, when they differ: consent looks at where a link leads as well.</summary>
    public string[] Touched => Named == Real ? [Named] : [Named, Real];
}
