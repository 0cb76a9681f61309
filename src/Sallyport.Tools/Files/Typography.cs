namespace Sallyport.Tools.Files;

/// <summary>Folds quotes, dashes and spaces that look alike to their plain forms, one character to one.</summary>
internal static class Typography
{
    private const string Fancy = "\u2018\u2019\u201A\u201B\u2032\u201C\u201D\u201E\u201F\u2033\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00A0\u2002\u2003\u2007\u2009\u202F\u3000";
    private const string Plain = "'''''\"\"\"\"\"-------       ";

    private static readonly System.Buffers.SearchValues<char> All = System.Buffers.SearchValues.Create(Fancy);

    public static bool Has(ReadOnlySpan<char> text) => text.ContainsAny(All);

    public static string Fold(string text)
    {
        if (!Has(text)) return text;
        return string.Create(text.Length, text, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++) to[i] = Fancy.IndexOf(from[i]) is var at and >= 0 ? Plain[at] : from[i];
        });
    }
}
