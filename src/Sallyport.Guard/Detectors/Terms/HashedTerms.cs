using System.Security.Cryptography;
using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Terms;

/// <summary>
/// Words that the policy knows only by their keyed digest. Every word of a listed length is hashed once; words seen
/// before are recognised by a cheap hash, because texts repeat themselves and HMAC is slow. The message never says
/// which word it was.
/// </summary>
internal sealed class HashedTerms : PolicyDetector
{
    private static readonly Rule Found = new("term.hashed", Severity.High, Blocking.Always, "An internal name that the policy keeps secret",
        "Go to the line: the word there is on the policy's list of hashed terms. Take it out or write it in neutral words.", "a code name, listed by its digest");

    public override IReadOnlyList<Rule> Rules => [Found];

    // Without a policy there is nothing to find.
    public override IEnumerable<Sample> Samples => [Sample.Miss("readme.txt", "Project Falcon\n")];

    public override Pass? Begin(Policy policy)
    {
        if (policy.Terms.Hashed.Count == 0) return null;
        if (policy.Key is not { } key) throw new GuardException("the policy lists hashed terms but its key is missing: they cannot be looked for");
        return new Search(policy.Terms.Hashed, key.ToArray());
    }

    /// <summary>The digest under which a word is listed.</summary>
    public static string Digest(ReadOnlySpan<byte> key, ReadOnlySpan<byte> lowerCased)
    {
        Span<byte> mac = stackalloc byte[32];
        HMACSHA256.HashData(key, lowerCased, mac);
        return Convert.ToHexStringLower(mac[..16]);
    }

    private sealed class Search : Pass
    {
        private const int CacheBits = 16;
        private const int MaxWord = 256;

        private readonly HashSet<UInt128> digests = [];
        private readonly int[] lengths;
        private readonly byte[] key;
        // Negative answers only; torn or lost writes cost a repeated HMAC, never a finding.
        private readonly ulong[] absent = new ulong[1 << CacheBits];
        private readonly ulong seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;

        public Search(IReadOnlyList<HashedTerm> terms, byte[] key)
        {
            this.key = key;
            foreach (var term in terms)
            {
                if (UInt128.TryParse(term.Digest, System.Globalization.NumberStyles.HexNumber, null, out var digest)) digests.Add(digest);
            }
            lengths = [.. terms.Select(t => t.Length).Where(n => n is > 0 and <= MaxWord).Distinct().Order()];
        }

        public override void Look(TextView view, ReadOnlySpan<byte> text)
        {
            for (var at = view.OwnStart; at < view.OwnEnd; at++)
            {
                if ((at & 0xFFFF) == 0) view.Sink.Run.Budget.CheckTime();
                if (!WordBoundary.IsWord(text[at]) || !WordBoundary.IsStart(text, at)) continue;
                if (Longest(text, at) is var length and > 0)
                    TextScanner.Report(view, text, Found, at, text.Slice(at, length), $"a word of {length} bytes is on the policy's list of hashed internal names", []);
            }
        }

        public override void LookAtName(Entry entry, EntrySink sink)
        {
            var text = Encoding.UTF8.GetBytes(entry.InPackage);
            for (var at = 0; at < text.Length; at++)
            {
                if (!WordBoundary.IsWord(text[at]) || !WordBoundary.IsStart(text, at) || Longest(text, at) == 0) continue;
                sink.Report(Found, "the path holds a word of the policy's list of hashed internal names");
                return;
            }
        }

        private int Longest(ReadOnlySpan<byte> text, int at)
        {
            for (var i = lengths.Length - 1; i >= 0; i--)
            {
                var length = lengths[i];
                if (at + length <= text.Length && WordBoundary.IsEnd(text, at + length) && IsListed(text.Slice(at, length))) return length;
            }
            return 0;
        }

        private bool IsListed(ReadOnlySpan<byte> word)
        {
            Span<byte> lower = stackalloc byte[MaxWord];
            lower = lower[..word.Length];
            var hash = seed;
            for (var i = 0; i < lower.Length; i++)
            {
                var b = word[i];
                if (b is >= (byte)'A' and <= (byte)'Z') b += 32;
                lower[i] = b;
                hash = (hash ^ b) * 0x9E3779B97F4A7C15;
                hash ^= hash >> 29;
            }
            ref var slot = ref absent[hash >> (64 - CacheBits)];
            if (slot == hash) return false;
            if (IsInDigests(lower)) return true;
            // A phrase is listed with spaces but may be written with dashes or underscores.
            if (lower.IndexOfAny((byte)'-', (byte)'_') >= 0)
            {
                lower.Replace((byte)'-', (byte)' ');
                lower.Replace((byte)'_', (byte)' ');
                if (IsInDigests(lower)) return true;
            }
            if (word.IndexOfAnyInRange((byte)0x80, (byte)0xFF) >= 0 && IsInDigests(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(word).ToLowerInvariant()))) return true;
            slot = hash;
            return false;
        }

        private bool IsInDigests(ReadOnlySpan<byte> lower)
        {
            Span<byte> mac = stackalloc byte[32];
            HMACSHA256.HashData(key, lower, mac);
            return digests.Contains(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(mac));
        }
    }
}
