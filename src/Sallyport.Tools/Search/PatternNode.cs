using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sallyport.Tools.Search;

/// <summary>A search pattern as a tree: what it must contain is read off it, and .NET's own notation is written from it.</summary>
internal abstract record PatternNode
{
    private PatternNode() { }

    public abstract void Write(StringBuilder into);

    /// <summary>Steps it comes to with counted repetitions written out.</summary>
    public abstract long Size { get; }

    /// <param name="Character">One code point.</param>
    /// <param name="Fold">Either case.</param>
    public sealed record Literal(string Character, bool Fold) : PatternNode
    {
        public override long Size => 1;

        public override void Write(StringBuilder into) => into.Append(Fold ? $"(?i:{Regex.Escape(Character)})" : Regex.Escape(Character));
    }

    /// <param name="Text">Its UTF-16 units, in .NET's notation.</param>
    /// <param name="Few">Its members, when they are few and case counts.</param>
    public sealed record Set(string Text, IReadOnlyList<string>? Few) : PatternNode
    {
        /// <summary>The units that are half of a character, and how a set ends in .NET's notation that has none of them.</summary>
        public const string High = "[\\uD800-\\uDBFF]", Low = "[\\uDC00-\\uDFFF]", WithoutHalves = "-[\\uD800-\\uDFFF]]";

        /// <summary>Characters of two units belong to it too, each as one: <c>.</c> is one character, not half of one.</summary>
        public bool HasPairs => Text.AsSpan().TrimEnd(')').EndsWith(WithoutHalves, StringComparison.Ordinal);

        /// <summary>All but a few: also every character of two units.</summary>
        /// <param name="body">What stands between the brackets.</param>
        /// <param name="fold">Either case.</param>
        public static Set Wide(string body, bool fold = false) => new(fold ? $"(?i:[{body}{WithoutHalves})" : $"[{body}{WithoutHalves}", null);

        public override long Size => 1;

        public override void Write(StringBuilder into)
        {
            if (HasPairs) into.Append(CultureInfo.InvariantCulture, $"(?:{Text}|{High}{Low})");
            else into.Append(Text);
        }
    }

    /// <summary>Matches between characters.</summary>
    public sealed record Place(string Text) : PatternNode
    {
        public override long Size => 1;

        public override void Write(StringBuilder into) => into.Append(Text);
    }

    public sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode
    {
        public override long Size
        {
            get
            {
                var size = 1L;
                foreach (var part in Parts) size += part.Size;
                return size;
            }
        }

        public override void Write(StringBuilder into)
        {
            foreach (var part in Parts) part.Write(into);
        }
    }

    public sealed record Choice(IReadOnlyList<PatternNode> Parts) : PatternNode
    {
        public override long Size
        {
            get
            {
                var size = 1L;
                foreach (var part in Parts) size += part.Size;
                return size;
            }
        }

        // .NET takes (?:(?:a+|)+) for something that must not be empty, but (?:(?:a+)?)+ for what it is.
        public override void Write(StringBuilder into)
        {
            var (first, last) = (IsEmpty(Parts[0]), IsEmpty(Parts[^1]));
            into.Append(first || last ? "(?:(?:" : "(?:");
            var (from, to) = (first && !last ? 1 : 0, last ? Parts.Count - 1 : Parts.Count);
            for (var i = from; i < to; i++)
            {
                if (i > from) into.Append('|');
                Parts[i].Write(into);
            }
            into.Append(last ? ")?)" : first ? ")??)" : ")");
        }

        private static bool IsEmpty(PatternNode part) => part is Sequence { Parts.Count: 0 };
    }

    /// <param name="Part">What is repeated.</param>
    /// <param name="Least">At least so often.</param>
    /// <param name="Most">At most so often; null is without end.</param>
    /// <param name="Lazy">As seldom as possible.</param>
    public sealed record Repeat(PatternNode Part, int Least, int? Most, bool Lazy) : PatternNode
    {
        public override long Size => Math.Min(int.MaxValue, Part.Size * Math.Max(1, Math.Max(Least, Most ?? 0)) + 1);

        public override void Write(StringBuilder into)
        {
            into.Append("(?:");
            Part.Write(into);
            into.Append(CultureInfo.InvariantCulture, $"){{{Least},{Most}}}");
            if (Lazy) into.Append('?');
        }
    }
}
