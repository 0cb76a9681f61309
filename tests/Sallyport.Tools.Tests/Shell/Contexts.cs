using Sallyport.Engine;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Tests.Shell;

/// <summary>A bench's context with other hands.</summary>
internal static class Contexts
{
    public static ToolContext In(ToolContext like, string root, ILauncher? launcher = null, IReadOnlyDictionary<string, string>? environment = null) => new()
    {
        Workspace = new Workspace(root), Seen = like.Seen, Changes = like.Changes, OutputFolder = like.OutputFolder, Jobs = like.Jobs, Todos = like.Todos,
        Gate = like.Gate, Http = like.Http, Clock = like.Clock, ChildEnvironment = environment ?? like.ChildEnvironment, Launcher = launcher,
    };
}
