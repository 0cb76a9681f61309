using System.CommandLine;
using Sallyport.Guard;

namespace Sallyport.Gate;

/// <summary><c>sally gate install-hooks</c>: has git ask the gate before people commit and push. What is there already is kept and runs first.</summary>
internal static class InstallHooksCommand
{
    public static Command Create()
    {
        var uninstall = new Option<bool>("--uninstall");
        var force = new Option<bool>("--force");
        var command = new Command("install-hooks", "check what is committed and pushed from here") { uninstall, force };
        command.SetAction((result, _) =>
        {
            var repository = GitRepository.Around(Directory.GetCurrentDirectory());
            var folder = repository.HooksFolder;
            if (File.Exists(folder) || (Path.Exists(folder) && !Directory.Exists(folder))) throw new GuardException($"{folder} (core.hooksPath) is no folder, so git runs no hooks here");
            if (result.GetValue(uninstall))
            {
                foreach (var name in HookScript.Names) Console.Out.WriteLine($"{name}: {Remove(folder, name)}");
                return Task.FromResult(GateExit.Clean);
            }
            var mayReplace = result.GetValue(force);
            if (!mayReplace && !IsInside(folder, repository.Folder) && !IsInside(folder, repository.CommonFolder))
                throw new GuardException($"{folder} (core.hooksPath) may serve other repositories too; --force installs there all the same");
            if (!mayReplace)
            {
                foreach (var name in HookScript.Names)
                {
                    if (KindOf(Path.Combine(folder, name)) == Hook.Foreign && KindOf(Kept(folder, name)) != Hook.None)
                        throw new GuardException($"{Path.Combine(folder, name)} is not of sally, and an earlier hook is kept as {name}{HookScript.Kept} already: remove one of them, or keep both with --force (the earlier one no longer runs)");
                }
            }
            Directory.CreateDirectory(folder);
            var program = ProgramPath();
            foreach (var name in HookScript.Names) Console.Out.WriteLine($"{name}: {Install(folder, name, program)}");
            Console.Out.WriteLine($"hooks are in {Printable.Line(folder)}; sally gate install-hooks --uninstall takes them out again");
            return Task.FromResult(GateExit.Clean);
        });
        return command;
    }

    private enum Hook { None, Ours, Foreign }

    private static string Install(string folder, string name, string? program)
    {
        var path = Path.Combine(folder, name);
        var had = KindOf(path);
        if (had == Hook.Foreign)
        {
            var kept = Kept(folder, name);
            if (KindOf(kept) != Hook.None)
            {
                var number = 2;
                while (KindOf($"{kept}-{number}") != Hook.None) number++;
                File.Move(kept, $"{kept}-{number}");
            }
            File.Move(path, kept);
        }
        var next = $"{path}.{Environment.ProcessId}.next";
        try
        {
            File.WriteAllText(next, HookScript.Text(name, program));
            if (!OperatingSystem.IsWindows())
            {
                const UnixFileMode Everyone = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
                File.SetUnixFileMode(next, Everyone | UnixFileMode.UserWrite);
            }
            File.Move(next, path, overwrite: true);
        }
        finally
        {
            File.Delete(next);
        }
        return had switch
        {
            Hook.Ours => "updated",
            Hook.Foreign => $"installed; your own is kept as {name}{HookScript.Kept} and runs first",
            _ => "installed",
        };
    }

    private static string Remove(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        var kept = Kept(folder, name);
        var here = KindOf(path);
        if (here == Hook.Foreign) return KindOf(kept) == Hook.None ? "not of sally, left alone" : $"not of sally, left alone; {name}{HookScript.Kept} is still there too";
        if (here == Hook.Ours) File.Delete(path);
        if (KindOf(kept) == Hook.None) return here == Hook.Ours ? "removed" : "was not there";
        File.Move(kept, path);
        return "removed; your own is back";
    }

    // A link is somebody's choice, wherever it leads: it is kept as it is.
    private static Hook KindOf(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null) return Hook.Foreign;
        if (Directory.Exists(path)) throw new GuardException($"{path} is a folder, where git wants a hook");
        if (!file.Exists) return Hook.None;
        return HookScript.IsOurs(File.ReadAllText(path)) ? Hook.Ours : Hook.Foreign;
    }

    private static string Kept(string folder, string name) => Path.Combine(folder, name + HookScript.Kept);

    private static bool IsInside(string path, string folder) =>
        Path.GetRelativePath(Real(folder), Real(path)) is var way && way != ".." && !way.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !Path.IsPathRooted(way);

    // Git tells some of its paths with links resolved and some without.
    private static string Real(string path)
    {
        var real = Path.GetPathRoot(path)!;
        foreach (var part in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            if (new DirectoryInfo(real) is { LinkTarget: not null } link && link.ResolveLinkTarget(returnFinalTarget: true) is { } target) real = target.FullName;
        }
        return real;
    }

    /// <summary>This program, as a script can start it; null when it runs inside another one that has none beside it.</summary>
    private static string? ProgramPath()
    {
        var path = Environment.ProcessPath;
        if (path is null || Path.GetFileNameWithoutExtension(path) == "dotnet")
        {
            path = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "sally.exe" : "sally");
            if (!File.Exists(path)) return null;
        }
        return OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path;
    }
}
