using System.Runtime.CompilerServices;

namespace Sallyport.Engine.Tests;

/// <summary>Tests have a state folder of their own: keys and sessions of whoever runs them are not touched.</summary>
internal static class OwnState
{
    [ModuleInitializer]
    internal static void Begin()
    {
        var folder = Directory.CreateTempSubdirectory("sally-state-").FullName;
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
    }
}
