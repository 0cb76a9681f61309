using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Terms;

/// <summary>
/// Words, host names, mail domains and ticket ids that the policy lists in plain text. They are searched for in one
/// pass a run, in texts, in what decoders make of them, and in file names.
/// </summary>
internal sealed class PlainTerms : PolicyDetector
{
    private const string Advice = "Take it out, or write it in neutral words; if it is meant to be public, take it off the policy's list.";

    private static readonly Rule Word = new("term.word", Severity.High, Blocking.Always, "An internal name", Advice, "the code name of an unannounced product");
    private static readonly Rule Host = new("term.host", Severity.High, Blocking.Always, "An internal host name", Advice, "a build server's name in a URL");
    private static readonly Rule Mail = new("term.email", Severity.High, Blocking.Always, "A mail address inside the organisation", Advice, "an employee's address in a comment");
    private static readonly Rule Ticket = new("term.ticket", Severity.Medium, Blocking.Always, "The id of an internal ticket", Advice, "a ticket id in a comment");

    public override IReadOnlyList<Rule> Rules => [Word, Host, Mail, Ticket];

    // Without a policy there is nothing to find.
    public override IEnumerable<Sample> Samples => [Sample.Miss("readme.txt", "Project Falcon, see FALCON-12 on wiki.corp.example\n")];

    public override Pass? Begin(Policy policy)
    {
        List<Term> terms =
        [
            .. policy.Terms.Plain.Where(t => t.Trim().Length > 0).SelectMany(t => Spellings(t.Trim()).Select(s => new Term(Word, t.Trim(), s))),
            .. policy.Terms.Hosts.Where(t => t.Trim('.').Length > 0).Select(t => new Term(Host, t, t.TrimEnd('.'))),
            .. policy.Terms.EmailDomains.Where(t => t.Trim('@', '.').Length > 0).Select(t => new Term(Mail, t, t.Trim('@', '.'))),
            .. policy.Terms.Tickets.Where(t => t.Trim('-').Length > 0).Select(t => new Term(Ticket, t, t.TrimEnd('-') + "-")),
        ];
        return terms.Count == 0 ? null : new Search(terms);
    }

    // "project falcon" is also project-falcon, project_falcon and projectFalcon.
    private static IEnumerable<string> Spellings(string term) =>
        term.Contains(' ', StringComparison.Ordinal) ? new[] { " ", "-", "_", "." , "" }.Select(gap => string.Join(gap, term.Split(' ', StringSplitOptions.RemoveEmptyEntries))) : [term];

    private sealed class Term(Rule rule, string name, string literal)
    {
        public Rule Rule => rule;
        public string Name => name;
        public byte[] Literal { get; } = Encoding.UTF8.GetBytes(literal);

        public bool Fits(ReadOnlySpan<byte> text, int start, int end)
        {
            if (rule == Word) return WordBoundary.IsStart(text, start) && WordBoundary.IsEnd(text, end);
            if (rule == Ticket)
            {
                var last = end;
                while (last < text.Length && last < end + 8 && char.IsAsciiDigit((char)text[last])) last++;
                return last > end && last < end + 8 && WordBoundary.IsStart(text, start) && (last == text.Length || !WordBoundary.IsWord(text[last]));
            }
            // corp.example is not in corp.example.com, nor in mycorp.example.
            if (end < text.Length && (IsHostByte(text[end]) || (text[end] == '.' && end + 1 < text.Length && IsHostByte(text[end + 1])))) return false;
            if (Literal[0] != '.' && start > 0 && IsHostByte(text[start - 1]) && !WordBoundary.IsStart(text, start)) return false;
            if (Literal[0] == '.' && (start == 0 || !IsHostByte(text[start - 1]))) return false;
            if (rule == Host) return start == 0 || text[start - 1] != '-';
            var at = start;
            while (at > 0 && start - at < 128 && (IsHostByte(text[at - 1]) || text[at - 1] == '.')) at--;
            return at > 1 && text[at - 1] == '@' && (at == start || text[start - 1] == '.') && WordBoundary.IsWord(text[at - 2]);
        }

        private static bool IsHostByte(byte b) => char.IsAsciiLetterOrDigit((char)b) || b == '-';
    }

    private sealed class Search(List<Term> terms) : Pass
    {
        private readonly LiteralSearch search = new([.. terms.Select(t => t.Literal)], [.. terms.Select(_ => true)]);

        public override void Look(TextView view, ReadOnlySpan<byte> text)
        {
            var limit = Math.Min(text.Length, view.OwnEnd + 256);
            var hits = new LiteralSearch.HitList();
            for (var from = view.OwnStart; from < limit; from += LiteralSearch.BlockBytes)
            {
                view.Sink.Run.Budget.CheckTime();
                search.Find(text, from, Math.Min(limit, from + LiteralSearch.BlockBytes), hits);
                for (var i = 0; i < hits.Count; i++)
                {
                    var (end, id) = hits[i];
                    var term = terms[id];
                    var start = end - term.Literal.Length;
                    if (start < view.OwnStart || start >= view.OwnEnd || !term.Fits(text, start, end)) continue;
                    TextScanner.Report(view, text, term.Rule, start, term.Literal, $"\"{term.Name}\" is on the policy's list of internal names", []);
                }
            }
        }

        public override void LookAtName(Entry entry, EntrySink sink)
        {
            var text = Encoding.UTF8.GetBytes(entry.InPackage);
            var hits = new LiteralSearch.HitList();
            search.Find(text, 0, text.Length, hits);
            for (var i = 0; i < hits.Count; i++)
            {
                var (end, id) = hits[i];
                var term = terms[id];
                if (term.Fits(text, end - term.Literal.Length, end)) sink.Report(term.Rule, $"the path holds \"{term.Name}\", which is on the policy's list of internal names");
            }
        }
    }
}
