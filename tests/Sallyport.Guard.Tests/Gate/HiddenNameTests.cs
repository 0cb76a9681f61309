using System.Text;
using Sallyport.Guard.Gate;

namespace Sallyport.Guard.Tests.Gate;

/// <summary>Internal names of a policy get placeholders where a vault hides them, and leave for nowhere else in any case.</summary>
public sealed class HiddenNameTests
{
    private static readonly Policy Policy = new()
    {
        Terms = new TermPolicy { Plain = ["Bluefinch", "project falcon", "Größenwahn"], Hosts = [".corp.example"], EmailDomains = ["corp.example"], Tickets = ["ACME"] },
    };

    [Fact]
    public void Names_come_back_byte_for_byte_however_they_are_written()
    {
        var vault = new SecretVault(Policy);
        var text = "Bluefinch BLUEFINCH bluefinch BlueFinch, class BluefinchClient { } BLUEFINCH_URL\r\nproject falcon, project-falcon, ProjectFalcon, projectFalconClient\n"
            + "wiki.corp.example:8443 joe@corp.example ACME-1234 Größenwahn\n" + Convert.ToBase64String(Encoding.UTF8.GetBytes("the code name is Bluefinch, and nobody may know")) + "\n\\u0042luefinch %42luefinch\n";
        var closed = vault.Close(text);
        Assert.DoesNotContain("bluefinch", closed.Replace("luefinch\n", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        foreach (var name in (string[])["falcon", "corp.example", "ACME", "Größenwahn", "Qmx1ZWZpbmNo"]) Assert.DoesNotContain(name, closed, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(text, vault.Open(closed));
        Assert.Equal(closed, vault.Close(closed));
        Assert.Equal(closed, vault.Close(text));
        Assert.Contains("⟦name:1⟧", closed, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_files_full_of_names_come_back_after_an_edit()
    {
        string[] pieces = ["Bluefinch", "bluefinch", "BLUEFINCH", "bluefinchService", "project falcon", "project_falcon", "build.corp.example", "ACME-77", " ", "\n", "\r\n", "\t", "é", "⟦", "⟧", "x", "(", "\"", "=", "the", "⟦name:99⟧"];
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, 80).Select(_ => pieces[random.Next(pieces.Length)]));
            var vault = new SecretVault(Policy);
            var closed = vault.Close(text);
            Assert.Equal(text, vault.Open(closed));
            var at = random.Next(closed.Length);
            while (at < closed.Length && closed[at] != '\n') at++;
            Assert.Equal(vault.Open(closed[..at]) + "new line\n" + vault.Open(closed[at..]), vault.Open(closed.Insert(at, "new line\n")));
            // What was written back and is read again is closed as before: the model cannot tell the difference.
            Assert.Equal(closed, vault.Close(vault.Open(closed)));
        }
    }

    [Fact]
    public void A_name_that_was_hidden_once_is_found_within_longer_words()
    {
        var vault = new SecretVault(Policy);
        vault.Close("Bluefinch");
        // A model that writes a placeholder into the middle of a word must not see the name when it reads the file.
        Assert.Equal("x⟦name:1⟧x", vault.Close(vault.Open("x⟦name:1⟧x")));
    }

    [Fact]
    public void Where_names_are_not_hidden_they_stand_open_for_the_model_and_still_leave_for_nowhere_else()
    {
        var vault = new SecretVault(Policy) { HidesNames = false };
        const string text = "ship Bluefinch soon";
        Assert.Same(text, vault.Close(text));
        Assert.Equal("ship ⟦name:1⟧ soon", vault.CloseNames(text));
        Assert.Same(text, vault.Close(text));

        var gate = new ExitGate(null, vault);
        void Fetch(string address, string? body = null) =>
            gate.Clear(new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, address) { Content = body is null ? null : new StringContent(body) }, new Destination("web", new Uri(address).Authority));
        foreach (var address in (string[])["https://search.test/?q=Bluefinch", "https://search.test/%42luefinch", "https://bluefinch.test/", "https://search.test/acme-12?ref=ACME-12"])
            Assert.Contains("⟦name:", Assert.Throws<GateStoppedException>(() => Fetch(address)).Message, StringComparison.Ordinal);
        Assert.Throws<GateStoppedException>(() => Fetch("https://search.test/", "about bluefinch"));
        Fetch("https://search.test/?q=finch");
        // Inside the organisation they are no secret.
        Fetch("https://wiki.corp.example/Bluefinch");
        Fetch("http://127.0.0.1:8080/Bluefinch");
    }

    [Fact]
    public void A_policy_cannot_let_a_secret_out()
    {
        var key = "AKIA" + string.Concat(Enumerable.Range(0, 16).Select(i => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(i * 7 + 3) % 32]));
        var policy = Policy with { Rules = new Dictionary<string, RuleSetting> { ["secret.*"] = new(Enabled: false) }, Allow = [new AllowedPath("**", ["secret.*"], null)], Limits = new Limits { Bytes = 1 } };
        Assert.DoesNotContain(key, new SecretVault(policy).Close($"aws_access_key_id = {key}"), StringComparison.Ordinal);
    }
}
