using System.Security.Cryptography;
using Sallyport.Engine.Events;
using Sallyport.Engine.Models;
using Sallyport.Engine.Secrets;
using Sallyport.Guard;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Tests;

/// <summary>Streamed text shows no secret however it is cut, loses nothing, and keeps nobody waiting for plain words.</summary>
public sealed class HeldTextTests
{
    private static readonly string Key = "AKIA" + string.Concat(Enumerable.Range(0, 16).Select(i => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(i * 11 + 5) % 32]));
    private static readonly string Random = string.Concat(Enumerable.Range(0, 32).Select(i => "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zC"[(i * 13 + 7) % 32]));

    public static TheoryData<string, string> Texts => new()
    {
        { $"The key is {Key} and no other.", Key },
        { $"one\ntwo {Key}\nthree", Key },
        { $"```sh\nexport API_TOKEN=\"{Random}\"\n```\nand prose behind it", Random },
        { $"{{\"password\": \"{Random}\", \"user\": \"me\"}}", Random },
        { $"go to https://me:{Random}@host.example/x now, or later", Random },
        { $"Authorization: Bearer {Random}{Random}\r\nAccept: */*\r\n", Random },
        { $"a long line with many plain words before the secret comes at last, and it is {Key}, which is followed by more plain words still", Key },
        { $"`{Key}`", Key },
        { $"in base64 it is {Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(Key))} as one sees", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(Key)) },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_secret_is_never_shown_however_its_text_is_cut(string text, string secret)
    {
        for (var size = 1; size <= 40; size++)
        {
            var vault = new SecretVault();
            var shown = Stream(vault, text, size);
            Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
            Assert.Equal(text, vault.Open(shown));
        }
    }

    [Fact]
    public void A_key_of_many_lines_is_waited_for()
    {
        using var rsa = RSA.Create(2048);
        var pem = rsa.ExportRSAPrivateKeyPem();
        var text = $"Here it is:\n\n{pem}\n\nand that was it.\n";
        foreach (var size in (int[])[1, 7, 64, 500])
        {
            var vault = new SecretVault();
            var shown = Stream(vault, text, size);
            Assert.All(pem.Split('\n')[1..^1], line => Assert.DoesNotContain(line, shown, StringComparison.Ordinal));
            Assert.Equal(text, vault.Open(shown));
        }
    }

    [Fact]
    public void Known_values_of_plain_words_are_waited_for()
    {
        var vault = new SecretVault();
        vault.LearnEnvironment([new("VAULT_PASSPHRASE", "correct horse battery staple"), new("DB_PASSWORD", "quietlyflowingwater")]);
        foreach (var size in (int[])[1, 3, 9])
        {
            var shown = Stream(vault, "They say correct horse battery staple is good, and quietlyflowingwater too, as is water.", size);
            Assert.DoesNotContain("correct horse", shown, StringComparison.Ordinal);
            Assert.DoesNotContain("quietlyflowing", shown, StringComparison.Ordinal);
            Assert.EndsWith("as is water.", shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Names_are_hidden_where_a_vault_hides_them()
    {
        for (var size = 1; size < 20; size++)
        {
            var vault = new SecretVault(new Policy { Terms = new TermPolicy { Plain = ["Bluefinch", "project falcon"] } });
            var shown = Stream(vault, "We ship Bluefinch with project falcon, in summer, when the weather is fine and nobody works in the office.", size);
            Assert.DoesNotContain("bluefinch", shown, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("falcon", shown, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Plain_words_and_code_go_on_at_once()
    {
        const string text = "Now we look at the file, and change what is wrong:\n\n```cs\npublic static int Sum(int[] numbers)\n{\n    var sum = 0;\n    foreach (var one in numbers) sum += one;\n    return sum;\n}\n```\nThat is all.\n";
        var vault = new SecretVault();
        var (waited, shown) = (0, "");
        var held = new HeldText(vault, more => shown += more);
        for (var i = 0; i < text.Length; i++)
        {
            held.Add(text[i].ToString());
            waited = Math.Max(waited, i + 1 - shown.Length);
        }
        held.End();
        Assert.Equal(text, shown);
        // The longest word, and no more.
        Assert.InRange(waited, 1, 14);
    }

    [Fact]
    public void Random_text_comes_whole()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            string[] pieces = [" ", "\n", "word", "\"", "'", "`", "=", "password", $" {Key} ", $" {Random} ", "é", "⟦", "⟧", "\t", "\r\n", "1234567", "a:b", "😀", "key: "];
            var text = string.Concat(Enumerable.Range(0, 120).Select(_ => pieces[random.Next(pieces.Length)]));
            var vault = new SecretVault();
            var shown = "";
            var held = new HeldText(vault, more => shown += more);
            for (var at = 0; at < text.Length;)
            {
                var size = Math.Min(text.Length - at, 1 + random.Next(30));
                held.Add(text.Substring(at, size));
                at += size;
            }
            held.End();
            Assert.DoesNotContain(Key, shown, StringComparison.Ordinal);
            Assert.Equal(text, vault.Open(shown));
        }
    }

    [Fact]
    public async Task No_event_and_no_recording_of_a_stream_shows_a_secret()
    {
        await using var bench = new SessionBench();
        var text = $"I found {Key} in the file, and `password = \"{Random}\"` too.";
        var deltas = new List<ModelDelta>();
        foreach (var c in "The thought of " + Key + " is enough.") deltas.Add(new ThinkingDelta(c.ToString()));
        deltas.Add(new ThinkingEnd(null));
        foreach (var c in text) deltas.Add(new TextDelta(c.ToString()));
        deltas.Add(new CallStart(0, "c1", "echo"));
        foreach (var c in $$"""{"text":"{{Key}}"}""") deltas.Add(new CallArguments(0, c.ToString()));
        deltas.Add(new ModelFinish(StopReason.Tools, new Usage(1, 1, 0, 0)));
        bench.Model.Then([.. deltas]).Says("done");
        await bench.Run();
        Assert.All(bench.Events, e => Assert.DoesNotContain(Key, System.Text.Encoding.UTF8.GetString(EventJson.Line(e)), StringComparison.Ordinal));
        Assert.DoesNotContain(Key, string.Concat(bench.Events.OfType<TextAdded>().Select(e => e.Text)), StringComparison.Ordinal);
        Assert.DoesNotContain(Key, string.Concat(bench.Events.OfType<ThinkingAdded>().Select(e => e.Text)), StringComparison.Ordinal);
        Assert.StartsWith("I found ⟦secret:", string.Concat(bench.Events.OfType<TextAdded>().Select(e => e.Text)), StringComparison.Ordinal);

        var model = new ScriptedModel().Then([.. deltas]);
        var said = new List<string>();
        await foreach (var delta in new ClosedProvider(model, bench.Vault).Stream(new ExitGate().Clear(new ModelRequest { Model = "m", System = "", Tools = [], Messages = [], MaxOutputTokens = 1, Session = "s" }, model.Destination), TestContext.Current.CancellationToken))
            said.Add(delta switch { TextDelta t => t.Text, ThinkingDelta t => t.Text, CallArguments a => a.Fragment, _ => "|" });
        Assert.DoesNotContain(Key, string.Concat(said), StringComparison.Ordinal);
        Assert.Contains("{\"text\":\"⟦secret:", string.Concat(said), StringComparison.Ordinal);
    }

    private static string Stream(SecretVault vault, string text, int size)
    {
        var shown = "";
        var held = new HeldText(vault, more => shown += more);
        for (var at = 0; at < text.Length; at += size) held.Add(text.Substring(at, Math.Min(size, text.Length - at)));
        held.End();
        return shown;
    }
}
