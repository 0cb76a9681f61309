using System.CommandLine;
using Sallyport.Audit;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Swarm;
using Sallyport.Guard.Audit;

namespace Sallyport.Settings;

/// <summary><c>sally trust</c>: lets this folder's settings count in full, as they now are.</summary>
internal sealed class TrustCommand : ProgramCommand
{
    public override string Name => "trust";

    public override string Summary => "let this folder's settings count in full";

    public override string Help(string[] path) => SettingsHelp.Trust;

    public override Command Create()
    {
        var (show, revoke) = (new Option<bool>("--show"), new Option<bool>("--revoke"));
        var command = new Command(Name, Summary) { show, revoke };
        command.SetAction((result, _) =>
        {
            var paths = SettingsPaths.Of(Environment.CurrentDirectory);
            var folder = AgentKinds.FolderOf(paths);
            if (result.GetValue(revoke))
            {
                var was = Trust.Revoke(paths) | Trust.Revoke(paths, folder);
                if (was) LedgerPen.Note(Entry("revoked", paths));
                Console.Out.WriteLine(was ? $"{Line(paths)} is no longer trusted" : $"{Line(paths)} was not trusted");
                return Task.FromResult(0);
            }
            var layers = Trust.Read(paths);
            var agents = Directory.Exists(folder) ? AgentKinds.Files(folder) : [];
            if (result.GetValue(show)) Console.Out.WriteLine($"{Line(paths)}: {(layers.Count == 0 && agents.Count == 0 ? "has no settings" : (layers.Count == 0 || Trust.Holds(paths)) && (agents.Count == 0 || Trust.Holds(paths, folder, agents)) ? "trusted" : "not trusted as it now is")}");
            foreach (var layer in layers)
            {
                foreach (var name in Trust.Gated(layer)) Console.Out.WriteLine(Printable.Line($"  {name.PadRight(16)} {SettingText.Json(layer.Values[name].Value)}  ({Path.GetFileName(layer.Path)}:{layer.Values[name].Line})"));
            }
            foreach (var (path, _) in agents) Console.Out.WriteLine(Printable.Line($"  {"agent".PadRight(16)} {Path.GetFileNameWithoutExtension(path)}  ({Path.Combine(".sallyport", "agents", Path.GetFileName(path))})"));
            if (result.GetValue(show)) return Task.FromResult(0);
            if (layers.Count == 0 && agents.Count == 0)
            {
                Console.Error.WriteLine($"sally: {Line(paths)} has no settings to trust");
                return Task.FromResult(1);
            }
            if (layers.Count > 0) Trust.Grant(paths);
            if (agents.Count > 0) Trust.Grant(paths, folder, agents);
            var entry = Entry("granted", paths);
            foreach (var layer in layers) entry.With(layer.Kind == LayerKind.Local ? "localSha256" : "projectSha256", Digest(layer.Path!));
            entry.With("agents", (IReadOnlyList<string>)agents.ConvertAll(static one => $"{Path.GetFileName(one.Path)} {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(one.Content))}"));
            LedgerPen.Note(entry);
            Console.Out.WriteLine($"{Line(paths)} is trusted until its {(layers.Count == 0 ? "agents" : agents.Count == 0 ? "settings" : "settings or agents")} change");
            return Task.FromResult(0);
        });
        return command;
    }

    private static LedgerEntry Entry(string what, SettingsPaths paths) => new LedgerEntry(LedgerKind.Trust).With("what", what).With("target", paths.ProjectFolder);

    private static string Digest(string path) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));

    private static string Line(SettingsPaths paths) => Printable.Line(paths.ProjectFolder);
}
