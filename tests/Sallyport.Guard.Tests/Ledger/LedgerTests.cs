using System.Text;
using Sallyport.Guard.Audit;
using Sallyport.Guard.Gate;

namespace Sallyport.Guard.Tests.Audit;

public sealed class LedgerTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public void Entries_come_back_as_they_were_written()
    {
        using var folder = new TempFolder();
        using (var ledger = Open(folder))
        {
            Assert.Equal(0, ledger.Append(LedgerEntry.Of(new Departure(new Destination("model", "api.example:443")) { Bytes = 12, Sha256 = "ab", Labels = ["secret", "internal"] }, "s1")));
            Assert.Equal(1, ledger.Append(LedgerEntry.Of(new Waiver("f1", "because \"x\"\n{}", "ann", new DateOnly(2027, 1, 31)), "sallyport.json")));
            Assert.Equal(2, ledger.Append(new LedgerEntry(LedgerKind.Trust).With("what", new string('x', 5000)).With("nothing", (string?)null)));
        }
        var read = LedgerRecord.Read(Log(folder)).ToList();
        Assert.Equal(["egress", "waiver", "trust"], read.Select(r => r.Kind));
        Assert.Equal(("s1", "12", "secret, internal"), (read[0].Session, read[0]["bytes"], read[0]["labels"]));
        Assert.Equal("because \"x\"\n{}", read[1]["reason"]);
        Assert.Equal(1001, read[2]["what"]!.Length);
        Assert.Null(read[2]["nothing"]);
        Intact(folder, 3);
    }

    [Fact]
    public void Files_are_for_their_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix modes");
        using var folder = new TempFolder();
        using (var ledger = Open(folder))
        {
            ledger.Append(Some(0));
            ledger.Checkpoint();
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Log(folder)));
        foreach (var file in Directory.GetFiles(Log(folder))) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void A_checkpoint_is_a_signed_note_that_another_reader_accepts()
    {
        using var folder = new TempFolder();
        using var ledger = Open(folder);
        for (var i = 0; i < 5; i++) ledger.Append(Some(i));
        var note = ledger.Checkpoint();
        var (origin, size, root) = SignedNote.Open(File.ReadAllText(Path.Combine(Log(folder), "checkpoint")), File.ReadAllText(Path.Combine(Log(folder), "key.pub")).Trim());
        Assert.Equal((ledger.Key.Name, 5L), (origin, size));
        Assert.Equal(note.RootHash.ToArray(), root);
        Assert.Equal(note.Text, ledger.Checkpoint().Text);
        Assert.True(note.IsSignedBy(ledger.Key));
        Assert.False(Checkpoint.Parse(note.Text.Replace("\n5\n", "\n6\n", StringComparison.Ordinal))!.IsSignedBy(ledger.Key));
    }

    [Fact]
    public void A_verifier_key_that_other_tools_made_is_read()
    {
        // The example of Go's note package.
        const string Peter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        const string Note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        var key = VerifierKey.Parse(Peter)!;
        Assert.Equal(Peter, key.ToString());
        var signature = Convert.FromBase64String(Note[(Note.LastIndexOf(' ') + 1)..]);
        Assert.True(key.Verifies(Encoding.UTF8.GetBytes(Note[..(Note.IndexOf("\n\n", StringComparison.Ordinal) + 1)]), signature.AsSpan(4)));
        Assert.Null(VerifierKey.Parse(Peter.Replace("c74f", "c74e", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_entry_is_proved_to_another_verifier_and_the_log_to_have_grown()
    {
        using var folder = new TempFolder();
        using var ledger = Open(folder);
        var earlier = new List<Checkpoint>();
        for (var i = 0; i < 23; i++)
        {
            ledger.Append(Some(i));
            if (i % 4 == 2 && i < 20) earlier.Add(ledger.Checkpoint());
        }
        var last = ledger.Checkpoint();
        var key = ledger.Key.ToString();
        var lines = File.ReadAllLines(Path.Combine(Log(folder), "log.jsonl"));
        for (var i = 0; i < lines.Length; i++)
        {
            var proof = LedgerProof.Inclusion(new LedgerOptions(Log(folder)), i, Cancellation);
            var parts = proof.Split("\n\n", 2);
            var head = parts[0].Split('\n');
            Assert.Equal(("c2sp.org/tlog-proof@v1", $"index {i}"), (head[0], head[2]));
            var (_, size, root) = SignedNote.Open(parts[1], key);
            Assert.Equal(root, SignedNote.RootOf(Encoding.UTF8.GetBytes(lines[i]), i, size, head[3..].Select(Convert.FromBase64String)));
            Assert.Equal(lines[i], LedgerProof.Check(proof, ledger.Key)!.Line);
            Assert.Null(LedgerProof.Check(proof.Replace($"index {i}", $"index {(i + 1) % 23}", StringComparison.Ordinal), ledger.Key));
        }
        foreach (var old in earlier)
        {
            var parts = LedgerProof.Consistency(new LedgerOptions(Log(folder)), old.Size, Cancellation).Split("\n\n", 2);
            var head = parts[0].Split('\n');
            Assert.Equal($"old {old.Size}", head[0]);
            var path = head[1..].Select(Convert.FromBase64String).ToList();
            Assert.True(SignedNote.IsConsistent(old.Size, old.RootHash.ToArray(), last.Size, last.RootHash.ToArray(), path));
            path[^1][3] ^= 1;
            Assert.False(SignedNote.IsConsistent(old.Size, old.RootHash.ToArray(), last.Size, last.RootHash.ToArray(), path));
        }
    }

    [Fact]
    public void A_torn_line_stays_and_is_sealed()
    {
        using var folder = new TempFolder();
        using (var ledger = Open(folder)) for (var i = 0; i < 3; i++) ledger.Append(Some(i));
        var log = Path.Combine(Log(folder), "log.jsonl");
        var whole = File.ReadAllText(log);
        File.AppendAllText(log, "{\"seq\":3,\"time\":\"20");
        var before = Verify(folder);
        Assert.True(before.IsIntact);
        Assert.Contains(before.Remarks, r => r.Contains("torn", StringComparison.Ordinal));
        using (var ledger = Open(folder)) Assert.Equal(5, ledger.Append(Some(3)));
        Assert.StartsWith(whole + "{\"seq\":3,\"time\":\"20\n", File.ReadAllText(log), StringComparison.Ordinal);
        var after = Intact(folder, 6);
        Assert.Contains(after.Remarks, r => r.Contains("entry 3 is a torn line", StringComparison.Ordinal));
        // Once sealed, it cannot be changed either.
        File.WriteAllText(log, File.ReadAllText(log).Replace("{\"seq\":3,\"time\":\"20\n", "{\"seq\":3,\"time\":\"21\n", StringComparison.Ordinal));
        Assert.Contains(Verify(folder).Faults, f => f.From == 3);
    }

    [Fact]
    public void Lines_that_a_dying_process_wrote_without_noting_it_are_taken_up()
    {
        using var folder = new TempFolder();
        var state = Path.Combine(Log(folder), "state");
        using (var ledger = Open(folder))
        {
            for (var i = 0; i < 3; i++) ledger.Append(Some(i));
            var kept = File.ReadAllBytes(state);
            for (var i = 3; i < 5; i++) ledger.Append(Some(i));
            File.WriteAllBytes(state, kept);
        }
        using (var ledger = Open(folder)) Assert.Equal(5, ledger.Append(Some(5)));
        Assert.All(Intact(folder, 6).Remarks, r => Assert.Contains("checkpoint", r, StringComparison.Ordinal));
    }

    [Fact]
    public void A_lost_state_is_made_anew_and_the_log_says_so()
    {
        using var folder = new TempFolder();
        using (var ledger = Open(folder)) for (var i = 0; i < 9; i++) ledger.Append(Some(i));
        File.Delete(Path.Combine(Log(folder), "state"));
        using (var ledger = Open(folder)) Assert.Equal(10, ledger.Append(Some(9)));
        Intact(folder, 11);
        Assert.Equal(("seal", "state"), LedgerRecord.Read(Log(folder)).ElementAt(9) is var seal ? (seal.Kind, seal["what"]) : default);
    }

    [Fact]
    public void What_was_cut_off_stays_named_after_more_was_written()
    {
        using var folder = new TempFolder();
        using (var ledger = Open(folder)) for (var i = 0; i < 9; i++) ledger.Append(Some(i));
        Rewrite(folder, lines => lines[..6]);
        Assert.Contains(Verify(folder).Faults, f => (f.Kind, f.From, f.Until) == (LedgerFaultKind.Truncated, 6, 9));
        using (var ledger = Open(folder)) ledger.Append(Some(9));
        Assert.Contains(Verify(folder).Faults, f => (f.Kind, f.From, f.Until) == (LedgerFaultKind.Truncated, 6, 9));
    }

    [Fact]
    public void Each_kind_of_tampering_is_named_with_its_entry()
    {
        using var folder = new TempFolder();
        using (var ledger = Open(folder))
        {
            for (var i = 0; i < 20; i++) ledger.Append(Some(i));
            ledger.Checkpoint();
        }
        string[] original = [.. File.ReadAllLines(Path.Combine(Log(folder), "log.jsonl"))];
        Named(LedgerFaultKind.Changed, 7, lines => lines[7] = lines[7].Replace("\"n\":7", "\"n\":8", StringComparison.Ordinal));
        Named(LedgerFaultKind.Changed, 19, lines => lines[19] = lines[19].Replace("host", "hoax", StringComparison.Ordinal));
        Named(LedgerFaultKind.Removed, 4, lines => lines.RemoveAt(4));
        Named(LedgerFaultKind.Moved, 11, lines => (lines[11], lines[12]) = (lines[12], lines[11]));
        Named(LedgerFaultKind.Moved, 3, lines => lines.Insert(9, lines[3]));
        Named(LedgerFaultKind.Inserted, 5, lines => lines.Insert(5, lines[5].Replace("\"n\":5", "\"n\":6", StringComparison.Ordinal)));
        Named(LedgerFaultKind.Truncated, 15, lines => lines.RemoveRange(15, 5));

        void Named(LedgerFaultKind kind, long entry, Action<List<string>> tamper)
        {
            Rewrite(folder, _ =>
            {
                List<string> lines = [.. original];
                tamper(lines);
                return [.. lines];
            });
            var fault = Assert.Single(Verify(folder).Faults);
            Assert.Equal((kind, entry), (fault.Kind, fault.From));
            Assert.Contains(entry.ToString(System.Globalization.CultureInfo.InvariantCulture), fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_the_key_the_chain_and_the_checkpoints_still_tell()
    {
        using var folder = new TempFolder();
        VerifierKey key;
        using (var ledger = Open(folder))
        {
            for (var i = 0; i < 20; i++) ledger.Append(Some(i));
            ledger.Checkpoint();
            key = ledger.Key;
        }
        File.Delete(Path.Combine(Log(folder), "key"));
        var options = new LedgerOptions(Log(folder));
        Assert.True(LedgerCheck.Verify(options, key, Cancellation).IsIntact);
        Rewrite(folder, lines => [.. lines.Select(l => l.Replace("\"n\":7", "\"n\":8", StringComparison.Ordinal))]);
        Assert.Equal(7, Assert.Single(LedgerCheck.Verify(options, key, Cancellation).Faults).From);
        Assert.Contains("is gone while the log is there", Assert.Throws<GuardException>(() => Open(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_witness_notices_a_ledger_that_was_rolled_back_as_a_whole()
    {
        using var folder = new TempFolder();
        var witness = Directory.CreateDirectory(Path.Combine(folder.Path, "witness")).FullName;
        var options = new LedgerOptions(Log(folder)) { Witness = witness };
        var kept = new Dictionary<string, byte[]>();
        using (var ledger = Ledger.Open(options))
        {
            for (var i = 0; i < 5; i++) ledger.Append(Some(i));
            ledger.Checkpoint();
            foreach (var file in Directory.GetFiles(Log(folder))) kept[file] = File.ReadAllBytes(file);
            for (var i = 5; i < 8; i++) ledger.Append(Some(i));
            ledger.Checkpoint();
            Assert.Null(ledger.WitnessTrouble);
        }
        Assert.Equal((true, 2), LedgerCheck.Verify(options, null, Cancellation) is var good ? (good.IsIntact, good.Witnessed) : default);
        foreach (var (file, content) in kept) File.WriteAllBytes(file, content);
        Assert.True(LedgerCheck.Verify(options with { Witness = null }, null, Cancellation).IsIntact);
        var fault = Assert.Single(LedgerCheck.Verify(options, null, Cancellation).Faults);
        Assert.Equal((LedgerFaultKind.Truncated, 5L, 8L), (fault.Kind, fault.From, fault.Until));
        Assert.Contains("witness", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_witness_that_is_not_there_is_told_and_stops_nothing()
    {
        using var folder = new TempFolder();
        using var ledger = Ledger.Open(new LedgerOptions(Log(folder)) { Witness = Path.Combine(folder.Path, "nowhere") });
        ledger.Append(Some(0));
        Assert.Equal(1, ledger.Checkpoint().Size);
        Assert.Contains("nowhere", ledger.WitnessTrouble, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_key_is_told_and_nothing_is_written_with_it()
    {
        using var folder = new TempFolder();
        using (var ledger = Open(folder)) ledger.Append(Some(0));
        var path = Path.Combine(Log(folder), "key");
        var key = File.ReadAllText(path).Trim();
        File.WriteAllText(path, key[..^10] + (key[^10] == 'A' ? 'B' : 'A') + key[^9..]);
        var log = File.ReadAllText(Path.Combine(Log(folder), "log.jsonl"));
        using (var ledger = Open(folder)) Assert.Contains("is damaged", Assert.Throws<GuardException>(() => ledger.Append(Some(1))).Message, StringComparison.Ordinal);
        Assert.Equal(log, File.ReadAllText(Path.Combine(Log(folder), "log.jsonl")));
        Assert.Contains(Verify(folder).Faults, f => f.Kind == LedgerFaultKind.Key);
    }

    [Fact]
    public void Threads_may_share_a_ledger()
    {
        using var folder = new TempFolder();
        using (var ledger = Open(folder)) Parallel.For(0, 400, i => ledger.Append(Some(i)));
        Intact(folder, 400);
    }

    internal static string Log(TempFolder folder) => Path.Combine(folder.Path, "ledger");

    internal static Ledger Open(TempFolder folder) => Ledger.Open(new LedgerOptions(Log(folder)));

    internal static LedgerEntry Some(int number) => new LedgerEntry(LedgerKind.Egress).With("channel", "model").With("destination", "host.example").With("n", number);

    internal static LedgerReport Verify(TempFolder folder) => LedgerCheck.Verify(new LedgerOptions(Log(folder)), null, Cancellation);

    internal static LedgerReport Intact(TempFolder folder, long entries)
    {
        var report = Verify(folder);
        Assert.Equal("", string.Join('\n', report.Faults.Select(f => f.Message)));
        Assert.Equal(entries, report.Entries);
        return report;
    }

    internal static void Rewrite(TempFolder folder, Func<string[], string[]> change)
    {
        var path = Path.Combine(Log(folder), "log.jsonl");
        File.WriteAllText(path, string.Concat(change(File.ReadAllLines(path)).Select(l => l + "\n")));
    }
}
