namespace Sallyport.Guard.Detectors.Secrets.Generic;

/// <summary>Does a value look like what machines draw at random, or like a password that a person made up?</summary>
internal static class ValueShape
{
    /// <summary>Random enough to be a key or token.</summary>
    /// <param name="value">The value without its quotes.</param>
    /// <param name="strict">True when the name says little: longer and more mixed values only.</param>
    public static bool IsRandom(ReadOnlySpan<byte> value, bool strict)
    {
        if (value.Length < (strict ? 20 : 12) || value.Length > 700) return false;
        var (lower, upper, digits, signs, other) = Count(value);
        if (IsGenerated(value)) return true;
        if (other > 0 || PublicKeyText.Is(value)) return false;
        var letters = lower + upper;
        if (value.IndexOf("://"u8) >= 0 || value[0] is (byte)'.' or (byte)'#' or (byte)'/' or (byte)'-' && value.Length < 24) return false;
        if (IsDigest(value)) return false;
        if (IsUuid(value, out var isVersioned)) return !strict && isVersioned && Entropy.Of(value) > 3;
        if (signs == 0 && letters > 0 && digits > 0 && IsHex(value))
            return value.Length >= (strict ? 32 : 16) && digits >= 3 && letters >= 2 && Entropy.Of(value) >= 2.7;
        if (digits == 0 && signs <= 1)
        {
            // Letters only: long and unlike any word.
            return value.Length >= (strict ? 32 : 20) && Wordiness.Of(value) < -2 && Entropy.Of(value) > 3.5 && lower > 0 && (upper > 1 || value.Length > 23);
        }
        if (letters < 4 || digits < 1) return false;
        if (signs * 5 > value.Length + 10 && strict) return false;
        if (digits < 2 && value.Length < 24) return false;
        var needed = value.Length >= 32 ? 3.6 : value.Length >= 20 ? 3.2 : 2.9;
        // Identifiers do not have digits here and there and capitals in between.
        var isMixed = value.Length >= 20 && digits >= 3 && lower >= 3 && upper >= 3;
        return Entropy.Of(value) >= needed && Wordiness.Of(value) < (strict ? -1.6 : isMixed ? 0.5 : Wordiness.RandomBelow) && !IsChained(value);
    }

    /// <summary>Long, of every kind of sign, blanks included: what generators of salts and cookie keys print.</summary>
    private static bool IsGenerated(ReadOnlySpan<byte> value)
    {
        if (value.Length is < 40 or > 160 || value.IndexOfAnyExceptInRange((byte)32, (byte)126) >= 0) return false;
        var (lower, upper, digits, signs, blanks) = Count(value);
        if (lower < 4 || upper < 4 || digits < 3 || blanks * 8 > value.Length) return false;
        Span<bool> seen = stackalloc bool[128];
        seen.Clear();
        var kinds = 0;
        foreach (var b in value)
        {
            if (char.IsAsciiLetterOrDigit((char)b) || seen[b]) continue;
            seen[b] = true;
            kinds++;
        }
        return kinds >= 9 && signs >= 10 && signs * 5 < value.Length * 3 && Wordiness.Of(value) < 0.5;
    }

    /// <summary>Like a password that a person or a generator made up, and not like a word, a label or an expression.</summary>
    /// <param name="value">The value without its quotes.</param>
    /// <param name="isBare">Without quotes, code and prose are told apart from values by signs.</param>
    public static bool IsPassword(ReadOnlySpan<byte> value, bool isBare)
    {
        if (value.Length is < 6 or > 128) return false;
        var (lower, upper, digits, signs, other) = Count(value);
        if (other > 0 || value.IndexOf("://"u8) >= 0) return false;
        if (IsDigest(value) || value[0] is (byte)'.' or (byte)'/' && (signs == 1 || value.Count((byte)'/') > 1)) return false;
        if (isBare && value.IndexOfAny("(){}[]"u8) >= 0) return false;
        if (IsMarkup(value)) return false;
        var letters = lower + upper;
        var strong = Strong(value);
        if (letters == 0) return digits >= 6 && strong > 0 && digits + strong == value.Length && value.IndexOfAny(":/.-+()"u8) < 0;
        if (digits > 0 && strong > 0) return true;
        if (digits > 0)
        {
            // hunter2x, Winter2024; but not utf8, sha256, h264, base64, v1.2.3, col-md-6.
            if (signs > 0) return (ValueShape.HasMixedCase(value) || Wordiness.LooksRandom(value)) && digits >= 2 && value.Length >= 8 && !IsVersion(value);
            return value.Length >= 7 && (digits >= 2 || value.Length >= 8 && (upper > 0 && lower > 0 || Wordiness.LooksRandom(value))) && !IsTechnical(value);
        }
        if (strong > 0 && letters >= 4) return (upper > 0 && lower > 0 || strong > 1 || Wordiness.LooksRandom(value) || IsSplit(value)) && value[^1] is not ((byte)'?' or (byte)'*' or (byte)':' or (byte)'!' or (byte)'=') && value[0] is not ((byte)'#' or (byte)'*' or (byte)'@' or (byte)'^' or (byte)'!');
        return signs == 0 && value.Length >= 8 && Wordiness.Of(value) < (value.Length >= 10 ? -2 : -2.5);
    }

    /// <summary>Admin@2024!, Pass123!@#: a weak word, but dressed up to satisfy the rules of some real account.</summary>
    public static bool IsDecorated(ReadOnlySpan<byte> value)
    {
        var (lower, upper, digits, _, other) = Count(value);
        return value.Length is >= 9 and <= 32 && lower > 2 && upper > 0 && digits >= 2 && Strong(value) > 0 && other == 0 && !Placeholders.IsPlaceholder(value);
    }

    // super$ecret, flower!power: a sign amid a word, where code has none.
    private static bool IsSplit(ReadOnlySpan<byte> value) =>
        value.Length >= 8 && value.IndexOfAny((byte)'$', (byte)'!') is var at and > 1 && at < value.Length - 3 && char.IsAsciiLetter((char)value[at - 1]) && char.IsAsciiLetter((char)value[at + 1]) && value.IndexOfAny(" ./:,"u8) < 0;

    public static bool IsHex(ReadOnlySpan<byte> value)
    {
        foreach (var b in value)
        {
            if (!char.IsAsciiHexDigit((char)b)) return false;
        }
        return true;
    }

    /// <summary>Letters stand in words with signs between: a key of a translation, a path, a class list.</summary>
    private static bool IsChained(ReadOnlySpan<byte> value)
    {
        var parts = 0;
        var wordy = 0;
        foreach (var range in value.SplitAny("-_./:~ "u8))
        {
            var part = value[range];
            if (part.Length < 3) continue;
            parts++;
            if (Wordiness.Of(part) > 0.5) wordy++;
        }
        return parts >= 3 && wordy * 2 > parts;
    }

    private static bool IsUuid(ReadOnlySpan<byte> value, out bool isVersioned)
    {
        isVersioned = false;
        if (value.Length != 36 || value[8] != '-' || value[13] != '-' || value[18] != '-' || value[23] != '-') return false;
        isVersioned = value[14] == '4';
        return true;
    }

    /// <summary>Integrity values and password hashes: not the secret itself.</summary>
    private static bool IsDigest(ReadOnlySpan<byte> value) =>
        value.StartsWith("sha1-"u8) || value.StartsWith("sha256-"u8) || value.StartsWith("sha384-"u8) || value.StartsWith("sha512-"u8) || value.StartsWith("sha256:"u8) || value.StartsWith("$2a$"u8) || value.StartsWith("$2b$"u8) || value.StartsWith("$2y$"u8)
        || value.StartsWith("$argon2"u8) || value.StartsWith("pbkdf2"u8) || value.StartsWith("data:"u8) || value.StartsWith("urn:"u8) || value.StartsWith("arn:"u8) || value.StartsWith("{SSHA}"u8);

    // Selectors, regular expressions, tags, formats, keys of translations.
    private static bool IsMarkup(ReadOnlySpan<byte> value) =>
        value.IndexOf("=\""u8) >= 0 || value.IndexOf("=\\"u8) >= 0 || value.IndexOf("\\d"u8) >= 0 || value.IndexOf("\\w"u8) >= 0 || value.IndexOf("(?"u8) >= 0 || value.IndexOf("[^"u8) >= 0 || value.IndexOf("a-z"u8) >= 0 || value.IndexOf("=>"u8) >= 0
        || value.IndexOf("&&"u8) >= 0 || value.IndexOf("||"u8) >= 0 || value.IndexOf("();"u8) >= 0 || value.IndexOf("()"u8) >= 0 || value.IndexOf("\\x"u8) >= 0 || value.IndexOf("\\u"u8) >= 0 || value.IndexOf("</"u8) >= 0 || value[0] is (byte)'<' or (byte)'^' && value[^1] == '$'
        || value.IndexOf("passw"u8) >= 0 || value.IndexOf("Passw"u8) >= 0 || value.IndexOf("PASSW"u8) >= 0;

    private static bool IsVersion(ReadOnlySpan<byte> value)
    {
        foreach (var b in value)
        {
            if (!char.IsAsciiDigit((char)b) && b is not ((byte)'.' or (byte)'-' or (byte)'v' or (byte)':' or (byte)'T' or (byte)'Z')) return false;
        }
        return true;
    }

    // sha256, base64, utf8, oauth2, pkcs12, aes256, md5 with letters around.
    private static bool IsTechnical(ReadOnlySpan<byte> value)
    {
        Span<byte> lower = stackalloc byte[value.Length];
        for (var i = 0; i < lower.Length; i++) lower[i] = (byte)char.ToLowerInvariant((char)value[i]);
        return lower.IndexOf("sha"u8) >= 0 || lower.IndexOf("base64"u8) >= 0 || lower.IndexOf("utf"u8) >= 0 || lower.IndexOf("oauth"u8) >= 0 || lower.IndexOf("pkcs"u8) >= 0 || lower.IndexOf("aes"u8) >= 0 || lower.IndexOf("x509"u8) >= 0 || lower.IndexOf("unicode"u8) >= 0
            || lower.IndexOf("ipv4"u8) >= 0 || lower.IndexOf("int32"u8) >= 0 || lower.IndexOf("int64"u8) >= 0 || lower.IndexOf("crypt"u8) >= 0 || lower.IndexOf("ripemd"u8) >= 0 || lower.IndexOf("keccak"u8) >= 0 || lower.IndexOf("ecdh"u8) >= 0;
    }

    private static bool HasMixedCase(ReadOnlySpan<byte> value) => value.IndexOfAnyInRange((byte)'a', (byte)'z') >= 0 && value.IndexOfAnyInRange((byte)'A', (byte)'Z') >= 0;

    /// <summary>Signs that people put into passwords and names do not have.</summary>
    private static int Strong(ReadOnlySpan<byte> value)
    {
        var count = 0;
        foreach (var b in value)
        {
            if (b is (byte)'!' or (byte)'@' or (byte)'#' or (byte)'$' or (byte)'%' or (byte)'^' or (byte)'&' or (byte)'*' or (byte)'?' or (byte)'~' or (byte)'+' or (byte)'=') count++;
        }
        return count;
    }

    private static (int Lower, int Upper, int Digits, int Signs, int Other) Count(ReadOnlySpan<byte> value)
    {
        var (lower, upper, digits, signs, other) = (0, 0, 0, 0, 0);
        foreach (var b in value)
        {
            if (char.IsAsciiLetterLower((char)b)) lower++;
            else if (char.IsAsciiLetterUpper((char)b)) upper++;
            else if (char.IsAsciiDigit((char)b)) digits++;
            else if (b is > 32 and < 127) signs++;
            else other++;
        }
        return (lower, upper, digits, signs, other);
    }
}
