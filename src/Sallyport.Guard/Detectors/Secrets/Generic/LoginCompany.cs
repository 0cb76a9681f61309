namespace Sallyport.Guard.Detectors.Secrets.Generic;

/// <summary>
/// The company in which a password stands: next to a literal user name, host or address even a plain word is a login.
/// Labels of forms and their translations ("Username", "Benutzername") are no company.
/// </summary>
internal static class LoginCompany
{
    private const int Around = 300;
    private const int MaxLooked = 24;

    private static readonly byte[][] Users = [.. new[] { "user", "login", "email", "userid", "uid", "account" }.Select(System.Text.Encoding.ASCII.GetBytes)];
    private static readonly byte[][] Hosts = [.. new[] { "host", "server", "address", "url", "uri", "endpoint", "hostname" }.Select(System.Text.Encoding.ASCII.GetBytes)];

    /// <summary>
    /// A value that is a password because of its company. What says of itself that it stands for another never is.
    /// </summary>
    public static bool IsPassword(ReadOnlySpan<byte> text, int nameStart, ReadOnlySpan<byte> value, bool isBare, bool isCode)
    {
        if (value.Length is < 6 or > 64 || Placeholders.IsPlaceholder(value) || Placeholders.IsTemplate(value)) return false;
        if (value.IndexOfAny("(){}[]<>/\\:;,|`\"'"u8) >= 0 || value.IndexOfAnyExceptInRange((byte)32, (byte)126) >= 0) return false;
        // Labels begin with a capital, and have several words.
        if (value.Count((byte)' ') > (isBare ? 0 : 1) || value[0] is (byte)'$' or (byte)'%' or (byte)'.' or (byte)'#' or (byte)'-' or (byte)'_' or (byte)'*' || value[^1] is (byte)'@' or (byte)'.' or (byte)' ' or (byte)'*') return false;
        var digits = value.Length - CountOutside(value, (byte)'0', (byte)'9');
        if (digits == value.Length || value.IndexOfAnyInRange((byte)'a', (byte)'z') < 0) return false;
        if (digits == 0 && (char.IsAsciiLetterUpper((char)value[0]) || IsWord(value))) return false;
        return HasCompany(text, nameStart, value, isCode);
    }

    private static int CountOutside(ReadOnlySpan<byte> value, byte low, byte high)
    {
        var count = 0;
        foreach (var b in value)
        {
            if (b < low || b > high) count++;
        }
        return count;
    }

    // "password", "secret", "testpass", "admin": what examples and defaults are made of.
    private static bool IsWord(ReadOnlySpan<byte> value) =>
        Placeholders.IsWeakOrPlaceholder(value) || value.IndexOf("passw"u8) >= 0 || value.IndexOf("Passw"u8) >= 0 || value.IndexOf("secret"u8) >= 0 || value.IndexOf("current"u8) >= 0 || value.IndexOf("credential"u8) >= 0;

    private static bool HasCompany(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> password, bool isCode)
    {
        var from = Math.Max(0, at - Around);
        var to = Math.Min(text.Length, at + password.Length + Around);
        var looked = 0;
        foreach (var names in (ReadOnlySpan<byte[][]>)[Users, Hosts])
        {
            foreach (var name in names)
            {
                for (var place = from; place < to && looked < MaxLooked;)
                {
                    var found = IndexOfIgnoreCase(text[place..to], name);
                    if (found < 0) break;
                    place += found;
                    looked++;
                    if (IsGiven(text, place, place + name.Length, ReferenceEquals(names, Users), password, isCode)) return true;
                    place += name.Length;
                }
            }
        }
        return false;
    }

    private static bool IsGiven(ReadOnlySpan<byte> text, int start, int end, bool isUser, ReadOnlySpan<byte> password, bool isCode)
    {
        var name = SecretName.Around(text, start, end);
        // databaseUser, DB_USERNAME, smtp.host; not userPassword or hostPattern.
        var rest = text[end..name.End];
        if (rest.Length > 0 && !System.Text.Ascii.EqualsIgnoreCase(rest, "name"u8) && !System.Text.Ascii.EqualsIgnoreCase(rest, "_name"u8) && !System.Text.Ascii.EqualsIgnoreCase(rest, "id"u8)) return false;
        if (!NamedValue.TryFind(text, name.Start, name.End, out var found) || found.Length is < 2 or > 200 || found.IsBare && isCode) return false;
        var value = text.Slice(found.Start, found.Length).TrimEnd(",;"u8);
        if (value.SequenceEqual(password) || Placeholders.IsTemplate(value)) return false;
        if (!isUser) return value.StartsWith("localhost"u8) || value.IndexOf((byte)'.') > 0 && value.IndexOfAny(" (){}$"u8) < 0 && !value.StartsWith("this."u8) || value.IndexOf("://"u8) > 0;
        if (value.IndexOfAnyExcept(UserBytes) >= 0) return false;
        if (value.IndexOf((byte)'@') > 0 || value.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0) return true;
        // Two plain words may be the labels of a form in any language.
        if (password.IndexOfAnyInRange((byte)'0', (byte)'9') < 0) return IsAccount(value);
        return !char.IsAsciiLetterUpper((char)value[0]) && !value.SequenceEqual("string"u8) && !value.SequenceEqual("text"u8) && !value.SequenceEqual("username"u8) && !value.SequenceEqual("user"u8) && !value.SequenceEqual("email"u8) && !value.SequenceEqual("true"u8)
            && !value.SequenceEqual("false"u8) && !value.SequenceEqual("null"u8) && !value.SequenceEqual("undefined"u8) && !value.SequenceEqual("none"u8) && !value.SequenceEqual("login"u8) && !value.SequenceEqual("required"u8) && !value.SequenceEqual("name"u8) && !value.SequenceEqual("anonymous"u8) && !value.SequenceEqual("guest"u8);
    }

    private static bool IsAccount(ReadOnlySpan<byte> user)
    {
        foreach (var account in Accounts)
        {
            if (user.SequenceEqual(account)) return true;
        }
        return false;
    }

    private static readonly byte[][] Accounts = [.. new[] { "root", "admin", "administrator", "sa", "postgres", "mysql", "oracle", "ubuntu", "deploy", "deployer", "jenkins", "backup", "service", "system", "ec2-user", "git", "ftp", "www-data" }.Select(System.Text.Encoding.ASCII.GetBytes)];

    private static readonly System.Buffers.SearchValues<byte> UserBytes = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@+-"u8);

    private static int IndexOfIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        for (var at = 0; at + lower.Length <= text.Length; at++)
        {
            var step = text[at..].IndexOfAny(lower[0], (byte)(lower[0] & 0xDF));
            if (step < 0 || (at += step) + lower.Length > text.Length) return -1;
            if (System.Text.Ascii.EqualsIgnoreCase(text.Slice(at, lower.Length), lower)) return at;
        }
        return -1;
    }
}
