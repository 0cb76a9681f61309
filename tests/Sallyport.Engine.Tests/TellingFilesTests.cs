using Sallyport.Engine.Secrets;
using Sallyport.Engine.Tools;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Tests;

/// <summary>What a command could print in parts is known before it runs.</summary>
public sealed class TellingFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sally-telling-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Write(string path, string content)
    {
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    [Fact]
    public void Files_whose_names_speak_of_secrets_are_found_and_what_others_wrote_is_passed()
    {
        string[] telling = [Write("deploy/.env.production", "A=1"), Write("certs/server.pem", "x"), Write("infra/prod.tfvars", "x"), Write("my-credentials.json", "{}"), Write(".npmrc", "x")];
        Write("src/Program.cs", "x");
        Write("node_modules/some/.env", "A=1");
        Write(".git/id_rsa", "x");
        Assert.Equal(telling.Order(), TellingFiles.In(new Workspace(folder)).Order());
    }

    [Theory]
    [InlineData("sed -n 2p notes/a.txt")]
    [InlineData("cut -c1-24 < notes/a.txt | rev")]
    [InlineData("cd notes && head -c 8 a.txt")]
    [InlineData("cat notes/*.txt | base64")]
    [InlineData("sh -c 'tail -1 notes/a.txt'")]
    [InlineData("dd if=notes/a.txt bs=1 count=9")]
    public void Files_that_a_line_names_are_found(string line)
    {
        var file = Write("notes/a.txt", "x");
        Assert.Contains(file, TellingFiles.NamedBy(line, new Workspace(folder)));
    }

    [Fact]
    public void Half_of_a_value_is_closed_though_its_file_was_never_read()
    {
        // Said in parts, so that no text here is a key.
        var value = string.Concat("gh", "p_", "R7kQ2xVb9LmT4wZc8NpJ5sHd1GfY6uEa3BvX");
        Write("notes/a.txt", $"token: {value}\n");
        var vault = new SecretVault();
        var seal = new CallSeal(vault, new Dictionary<string, IReadOnlyList<string>>());
        seal.Learn(new Touches(Effect.Execute) { Command = "cut -c8-40 notes/a.txt" }, new Workspace(folder));
        Assert.DoesNotContain(value[12..24], vault.Close($"{value[8..30]}\n"), StringComparison.Ordinal);
    }
}
