using System.Diagnostics;

namespace Sallyport.Engine.Sandboxing;

/// <summary>Where the settings say that a credential is: <c>env:NAME</c>, <c>file:PATH</c>, <c>keyring:SERVICE/ACCOUNT</c>. They never hold it.</summary>
public static class CredentialSource
{
    private const int LargestFile = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What is wrong with the words that name a source; null when nothing is.</summary>
    public static string? Mistake(string source)
    {
        var rest = source[(source.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (source.StartsWith("env:", StringComparison.Ordinal)) return Settings.SettingText.IsVariable(rest) ? null : "behind env: stands the name of a variable, as env:GITHUB_TOKEN";
        if (source.StartsWith("file:", StringComparison.Ordinal)) return rest.StartsWith('/') || rest.StartsWith("~/", StringComparison.Ordinal) ? null : "behind file: stands a path that starts with / or ~/";
        if (source.StartsWith("keyring:", StringComparison.Ordinal)) return rest.Split('/') is [{ Length: > 0 }, { Length: > 0 }] ? null : "behind keyring: stand a service and an account, as keyring:github/me";
        return "a secret is named by where it is: env:NAME, file:PATH or keyring:SERVICE/ACCOUNT; the settings never hold it";
    }

    /// <summary>The variable that a source is; null when it is none.</summary>
    public static string? Variable(string source) => source.StartsWith("env:", StringComparison.Ordinal) ? source[4..] : null;

    /// <returns>The credential, or why there is none.</returns>
    public static (string? Value, string? Problem) Read(string source)
    {
        var (value, problem) = source.Split(':', 2) switch
        {
            ["env", var name] => Environment.GetEnvironmentVariable(name) is { Length: > 0 } set ? (set, null) : (null, $"the variable {name} is not set"),
            ["file", var path] => File(path),
            _ => Keyring(source[(source.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('/')),
        };
        if (value is null) return (null, problem);
        value = value.Trim();
        return HostCredential.Misfit(value) is { } misfit ? (null, $"what {source} holds is no credential: {misfit}") : (value, null);
    }

    private static (string?, string?) File(string path)
    {
        if (path.StartsWith("~/", StringComparison.Ordinal)) path = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..]);
        try
        {
            return new FileInfo(path).Length > LargestFile ? (null, $"{path} is larger than any credential") : (System.IO.File.ReadAllText(path), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"{path} cannot be read ({e.Message})");
        }
    }

    private static (string?, string?) Keyring(string[] names)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("secret-tool", ["lookup", "service", names[0], "account", names[1]]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                return (null, "the keyring does not answer: unlock it");
            }
            var said = error.GetAwaiter().GetResult().Trim();
            return process.ExitCode == 0 && output.GetAwaiter().GetResult() is { Length: > 0 } found ? (found, null) : (null, $"the keyring has no {names[0]}/{names[1]}{(said.Length > 0 ? $" ({said.Split('\n')[0]})" : "")}: secret-tool store --label=NAME service {names[0]} account {names[1]}");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            return (null, "the keyring is asked by secret-tool, which is not installed");
        }
    }
}
