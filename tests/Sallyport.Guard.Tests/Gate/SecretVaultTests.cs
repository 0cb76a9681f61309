using System.Security.Cryptography;
using System.Text;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Detectors.Secrets;
using Sallyport.Guard.Gate;
using Sallyport.Guard.Scanning;
using Sallyport.Guard.Tests.Decoding;

namespace Sallyport.Guard.Tests.Gate;

/// <summary>Placeholders stand for secrets, come back as the very bytes, and leave everything else alone.</summary>
public sealed class SecretVaultTests
{
    private static readonly Credential[] Credentials = [.. Catalogue.All.Detectors.OfType<ProviderDetector>().SelectMany(d => d.Credentials).Where(c => c.Rule.Blocking != Blocking.Never)];

    private static string Token(int seed = 1) => Credentials.First(c => c.Rule.Id == "secret.github-token" || c.Rule.Id.StartsWith("secret.github", StringComparison.Ordinal)).Fake(new Random(seed));

    [Fact]
    public void Hides_a_secret_of_every_provider_and_gives_back_every_byte()
    {
        var random = new Random(7);
        var errors = new List<string>();
        foreach (var credential in Credentials)
        {
            var value = credential.Fake(random);
            var text = $"# settings\r\nname = \"café ⟦x⟧\"\n{credential.SampleName} = \"{value}\"\nlast line without an end";
            var vault = new SecretVault();
            var closed = vault.Close(text);
            if (closed.Contains(value, StringComparison.Ordinal)) errors.Add($"{credential.Rule.Id} stands open: {closed.Replace(value, "VALUE")}");
            if (vault.Open(closed) != text) errors.Add($"{credential.Rule.Id} does not come back");
            if (vault.Close(closed) != closed) errors.Add($"{credential.Rule.Id} is closed twice: {vault.Close(closed)}");
            // Known by now, wherever it stands.
            if (value.Length >= KnownSecrets.MinLength && vault.Close($"the value is {value}, is it not?").Contains(value, StringComparison.Ordinal)) errors.Add($"{credential.Rule.Id} is not known again");
        }
        Assert.True(errors.Count == 0, string.Join("\n", errors));
    }

    [Fact]
    public void Hides_the_samples_of_every_secret_detector()
    {
        var errors = new List<string>();
        foreach (var detector in Catalogue.All.Detectors.OfType<LiteralDetector>().Where(d => d.Rules.Any(r => r.Family == "secret")))
        {
            foreach (var sample in detector.Samples.Where(s => s.Rule?.StartsWith("secret.", StringComparison.Ordinal) == true && System.Text.Unicode.Utf8.IsValid(s.Content)))
            {
                if (detector.Rules.First(r => r.Id == sample.Rule).Blocking == Blocking.Never) continue;
                var text = Encoding.UTF8.GetString(sample.Content);
                var vault = new SecretVault();
                vault.Learn(sample.FileName, sample.Content);
                var closed = vault.Close(text);
                if (closed == text) errors.Add($"{sample.Rule} in {sample.FileName} stays open");
                if (vault.Open(closed) != text) errors.Add($"{sample.Rule} in {sample.FileName} does not come back");
                if (vault.Close(closed) != closed) errors.Add($"{sample.Rule} in {sample.FileName} is closed twice");
            }
        }
        Assert.True(errors.Count == 0, string.Join("\n", errors));
    }

    [Fact]
    public void Hides_a_secret_in_every_encoding_and_gives_back_every_byte()
    {
        var errors = new List<string>();
        foreach (var (name, write) in Encoders.All)
        {
            var random = new Random(11);
            var token = Token(random.Next());
            var written = write(token, random);
            var text = $"first\n{written}\nlast\n";
            var vault = new SecretVault();
            var closed = vault.Close(text);
            if (closed == text) errors.Add($"{name} stays open");
            if (vault.Open(closed) != text) errors.Add($"{name} does not come back");
        }
        Assert.True(errors.Count == 0, string.Join("\n", errors));
    }

    [Fact]
    public void Files_full_of_secrets_come_back_after_an_edit()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var lines = new List<string>();
            var values = new List<string>();
            for (var i = 0; i < 30; i++)
            {
                if (random.Next(3) > 0)
                {
                    lines.Add(new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => "abc é\t\"'{}=:;€⟦⟧ 012"[random.Next(20)])]));
                    continue;
                }
                var credential = Credentials[random.Next(Credentials.Length)];
                values.Add(credential.Fake(random));
                lines.Add($"{credential.SampleName}{" = : =\"".Split(' ')[1 + random.Next(3)]}{values[^1]}{(random.Next(2) == 0 ? "" : " # used by ci")}");
            }
            var text = string.Join(random.Next(2) == 0 ? "\n" : "\r\n", lines);
            var vault = new SecretVault();
            var closed = vault.Close(text);
            Assert.Equal(text, vault.Open(closed));
            // The model changes what stands around the placeholders.
            var edited = closed.Replace("used by ci", "used by nobody").Insert(closed.IndexOf('\n') + 1, "added = 1\n");
            Assert.Equal(text.Replace("used by ci", "used by nobody").Insert(text.IndexOf('\n') + 1, "added = 1\n"), vault.Open(edited));
        }
    }

    [Fact]
    public void One_value_has_one_placeholder_also_after_it_was_restored()
    {
        var (a, b) = (Token(1), Token(2));
        var vault = new SecretVault();
        var closed = vault.Close($"{a} {b} {a}");
        var names = vault.PlaceholdersIn(closed);
        Assert.Equal(3, names.Count);
        Assert.Equal(names[0], names[2]);
        Assert.NotEqual(names[0], names[1]);
        Assert.EndsWith(":1⟧", names[0], StringComparison.Ordinal);

        var later = new SecretVault();
        later.Restore(vault.Entries);
        Assert.Equal(closed, later.Close($"{a} {b} {a}"));
        Assert.EndsWith(":3⟧", later.PlaceholdersIn(later.Close(Token(3)))[0], StringComparison.Ordinal);
        Assert.DoesNotContain(a, string.Join(' ', vault.Entries), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_hidden_line_by_line_also_where_only_a_part_of_the_file_is_shown()
    {
        using var rsa = RSA.Create(2048);
        var pem = rsa.ExportRSAPrivateKeyPem();
        var file = $"before\n{pem}\nafter\n";
        var vault = new SecretVault();
        var closed = vault.Close(file);
        Assert.Equal(file, vault.Open(closed));
        Assert.All(pem.Split('\n')[1..^1], line => Assert.DoesNotContain(line, closed, StringComparison.Ordinal));

        var fresh = new SecretVault();
        fresh.Learn("server.key", Encoding.UTF8.GetBytes(file));
        var page = string.Join("\n", pem.Split('\n')[5..9].Select((line, i) => $"{i + 6}|{line}"));
        var shown = fresh.Close(page);
        Assert.All(pem.Split('\n')[5..9], line => Assert.DoesNotContain(line, shown, StringComparison.Ordinal));
        Assert.Equal(page, fresh.Open(shown));
    }

    [Fact]
    public void Values_of_the_environment_are_known_plain_and_in_disguise()
    {
        var value = "zq7-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5)) + "-x";
        var vault = new SecretVault();
        vault.LearnEnvironment(new Dictionary<string, string> { ["STAGING_DB_PASSWORD"] = value, ["PATH"] = "/usr/local/bin:/usr/bin", ["KEYBOARD"] = "us-intl-4", ["CI_TOKEN"] = "developer" });
        Assert.Empty(vault.Entries);
        Assert.Equal("x ⟦secret:staging-db-password:1⟧ y", vault.Close($"x {value} y"));
        Assert.Equal("/usr/local/bin:/usr/bin us-intl-4 developer", vault.Close("/usr/local/bin:/usr/bin us-intl-4 developer"));
        var bytes = Encoding.UTF8.GetBytes(value);
        foreach (var disguised in new[] { Convert.ToBase64String(bytes), Convert.ToBase64String([1, .. bytes]), Convert.ToBase64String([1, 2, .. bytes, 3]), Convert.ToHexStringLower(bytes), Convert.ToHexString(bytes), new string([.. value.Reverse()]), string.Concat(bytes.Select(b => $"%{b:X2}")) })
        {
            var text = $"see {disguised} here";
            var closed = vault.Close(text);
            Assert.NotEqual(text, closed);
            Assert.Equal(text, vault.Open(closed));
        }
    }

    [Fact]
    public void A_known_value_is_hidden_when_it_comes_a_little_at_a_time()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var token = Token(seed);
            var vault = new SecretVault();
            vault.Close($"token = {token}");
            // Its prefix is no secret; whatever is random of it is.
            for (var at = 8; at + SecretPieces.Shortest <= token.Length; at++)
            {
                var piece = token.Substring(at, SecretPieces.Shortest);
                if (!piece.Any(char.IsAsciiDigit) || piece.Count(char.IsAsciiLetter) < 3) continue;
                var closed = vault.Close($"{piece}\n");
                if (!closed.Contains(piece, StringComparison.Ordinal)) Assert.Equal($"{piece}\n", vault.Open(closed));
                else Assert.False(Sallyport.Guard.Detectors.Secrets.Wordiness.LooksRandom(Encoding.UTF8.GetBytes(piece)), $"{piece} of {token} stands open");
            }
        }
    }

    [Fact]
    public void What_stands_around_a_disguised_value_stays_as_it_is()
    {
        var token = Token(5);
        var backwards = new string([.. token.Reverse()]);
        var vault = new SecretVault();
        vault.Close($"token = {token}");
        var closed = vault.Close($"{{\"url\":\"http://127.0.0.1:8080/?x={backwards}&y=1\"}}");
        Assert.StartsWith("{\"url\":\"http://127.0.0.1:8080/?", closed, StringComparison.Ordinal);
        Assert.EndsWith("⟧&y=1\"}", closed, StringComparison.Ordinal);
        vault.Close($"seen: {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{{\"url\":\"http://127.0.0.1/\",\"token\":\"{token}\"}}"))}");
        foreach (var text in (string[])["{\"url\":\"http://127.0.0.1:8080/?x=1\"}", Convert.ToBase64String(Encoding.UTF8.GetBytes("{\"url\":\"http://127.0.0.1/\"}"))]) Assert.Same(text, vault.Close(text));
    }

    [Fact]
    public void Words_of_a_known_value_stay_words()
    {
        var vault = new SecretVault();
        vault.LearnEnvironment([new("DATABASE_PASSWORD", "postgres-production-2024"), new("SERVICE_TOKEN", "https-localhost-5432-" + Token())]);
        foreach (var text in (string[])["postgres production 2024, localhost:5432", "the postgres-prod host", "https://localhost:54321", "class ProductionPostgresConnection2024 { }"]) Assert.Same(text, vault.Close(text));
    }

    [Fact]
    public void A_known_value_is_hidden_in_two_disguises_at_once()
    {
        var token = Token(3);
        var vault = new SecretVault();
        vault.Close($"token = {token}");
        Dictionary<string, Func<string, string>> disguises = new()
        {
            ["backwards"] = text => new string([.. text.Reverse()]),
            ["rot13"] = text => new string([.. text.Select(c => char.IsAsciiLetter(c) ? (char)((c & 32) + 'A' + ((c & 31) - 1 + 13) % 26) : c)]),
            ["base64"] = text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
            ["zero-width"] = text => string.Join('\u200B', text.ToCharArray()),
            ["hex"] = text => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
            ["percent"] = text => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => $"%{b:X2}")),
        };
        var open = new List<string>();
        foreach (var (first, one) in disguises)
            foreach (var (second, two) in disguises)
            {
                var text = $"here: {two(one(token))} and on\n";
                var closed = vault.Close(text);
                if (first == second && two(one(token)) == token) continue;
                if (closed == text) open.Add($"{first}, then {second}");
                else Assert.Equal(text, vault.Open(closed));
            }
        Assert.Empty(open);
    }

    [Fact]
    public void A_value_that_was_told_once_is_hidden_everywhere_in_the_same_text()
    {
        var token = Token(5);
        var bare = "R3d-" + token[8..20] + "-stone";
        var vault = new SecretVault();
        var closed = vault.Close($"login with {bare}\npassword = \"{bare}\"\n");
        Assert.DoesNotContain(bare, closed, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_the_policy_are_hidden_where_a_vault_is_given_one()
    {
        var policy = new Policy { Terms = new TermPolicy { Plain = ["Bluefinch"] } };
        var vault = new SecretVault(policy);
        Assert.Equal("ship ⟦name:1⟧ and ⟦name:2⟧ soon", vault.Close("ship Bluefinch and bluefinch soon"));
        Assert.Equal("ship Bluefinch soon", new SecretVault().Close("ship Bluefinch soon"));
    }

    [Fact]
    public void Ordinary_text_is_the_same_object()
    {
        string[] ordinary =
        [
            "commit 3f2a1b4c5d6e7f8091a2b3c4d5e6f708192a3b4c\nAuthor: somebody <a@example.com>",
            "id: 123e4567-e89b-12d3-a456-426614174000",
            "\"integrity\": \"sha512-" + Convert.ToBase64String(SHA512.HashData("x"u8)) + "\"",
            "ssh-ed25519 " + Convert.ToBase64String([0, 0, 0, 11, .. "ssh-ed25519"u8, 0, 0, 0, 32, .. SHA256.HashData("k"u8)]) + " me@host",
            "password = \"changeme\"  # API_KEY=your-api-key-here, token: <TOKEN>",
            "var key = dictionary.Keys.First(); if (token == null) throw new ArgumentNullException(nameof(token));",
            "sha256:" + Convert.ToHexStringLower(SHA256.HashData("y"u8)),
        ];
        var vault = new SecretVault();
        foreach (var text in ordinary)
        {
            Assert.Same(text, vault.Close(text));
            Assert.Same(text, vault.Open(text));
        }
    }
}
