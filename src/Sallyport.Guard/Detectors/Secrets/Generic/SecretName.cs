namespace Sallyport.Guard.Detectors.Secrets.Generic;

/// <summary>What a name says about the value it is given.</summary>
internal enum NameKind
{
    None,

    /// <summary>Something that people make up: password, pass, pwd, passphrase.</summary>
    Password,

    /// <summary>Something that machines make up: secret, token, API key.</summary>
    Token,

    /// <summary>A key of an unknown kind: STRIPE_KEY, app_key. The value must speak for itself.</summary>
    Key,
}

/// <summary>
/// Judges identifiers by their words: <c>DB_PASSWORD</c>, <c>clientSecret</c> and <c>x-api-key</c> name secrets;
/// <c>tokenizer</c>, <c>passwordField</c>, <c>secretName</c> and <c>publicKey</c> do not.
/// </summary>
internal static class SecretName
{
    private const int MaxWords = 16;
    private const int MaxName = 120;

    private static readonly HashSet<string> Qualifiers = new(StringComparer.Ordinal)
    {
        "prod", "production", "dev", "development", "test", "testing", "stage", "staging", "live", "local", "default", "value", "val", "string", "str", "plain", "raw", "base64", "b64", "hex",
        "primary", "secondary", "old", "new", "current", "admin", "root", "env", "data", "main", "backup", "enc", "qa", "uat", "v", "plaintext", "clear", "cleartext", "literal", "master", "first", "second", "eu", "us", "sandbox", "base",
    };

    private static readonly HashSet<string> Passwords = new(StringComparer.Ordinal)
    {
        "password", "passwd", "pwd", "pass", "passphrase", "passcode", "pswd", "psw", "pw", "passwort", "passw", "kennwort", "contrasena", "senha", "motdepasse", "passwords",
        "dbpass", "userpass", "mypass", "smtppass", "mysqlpass", "ftppass", "rootpass", "adminpass", "mailpass", "keypass", "storepass", "authpass", "dbpwd",
    };

    private static readonly HashSet<string> KeyOwners = new(StringComparer.Ordinal)
    {
        "api", "access", "secret", "private", "priv", "encryption", "encrypt", "decryption", "crypto", "crypt", "cipher", "signing", "sign", "signature", "master", "auth", "authentication", "authorization", "shared", "account", "license",
        "licence", "service", "subscription", "storage", "client", "session", "cookie", "jwt", "hmac", "webhook", "admin", "deploy", "deployment", "aes", "des", "rsa", "ssh", "security", "consumer", "app", "application", "server", "write", "ingest",
        "ingestion", "integration", "data", "instrumentation", "management", "token", "credential", "host", "function", "user", "bot", "sdk", "rest",
    };

    private static readonly HashSet<string> Spoilers = new(StringComparer.Ordinal)
    {
        "public", "publishable", "pub", "foreign", "partition", "sort", "cache", "index", "idempotency", "csrf", "xsrf", "next", "page", "continuation", "pagination", "cursor", "sync", "resume", "site", "translation", "i18n", "locale",
        "placeholder", "label", "error", "message", "hint", "title", "regex", "pattern", "validation", "validator", "input", "field", "hash", "hashed", "integrity", "checksum", "digest", "fingerprint", "thumbprint", "etag", "map", "object", "lookup",
        "max", "min", "length", "num", "count", "total", "usage", "valid", "invalid", "has", "is", "show", "hide", "no", "without", "forgot", "forgotten", "reset", "confirm", "change", "enter", "choose", "require", "required", "wrong", "bad", "row", "column", "col",
        "group", "registry", "composite", "unique", "order",
    };

    /// <summary>Ends of words that say it by themselves, written together: <c>accesstoken</c>, <c>dbpassword</c>.</summary>
    private static readonly string[] TokenEnds =
        ["secret", "secrets", "token", "tokens", "credential", "credentials", "creds", "apikey", "apikeys", "secretkey", "accesskey", "privatekey", "authkey", "masterkey", "signingkey", "encryptionkey", "cryptkey", "sharedkey", "accountkey", "appkey", "licensekey"];

    private static readonly string[] PasswordEnds = ["password", "passwd", "passphrase"];

    /// <summary>The identifier around [<paramref name="start"/>, <paramref name="end"/>): letters, digits, dots, dashes and underscores.</summary>
    public static (int Start, int End) Around(ReadOnlySpan<byte> text, int start, int end)
    {
        while (start > 0 && end - start < MaxName && IsNameByte(text[start - 1])) start--;
        // "\npassword": the n belongs to the escape.
        if (start > 0 && text[start - 1] == '\\' && text[start] is (byte)'n' or (byte)'t' or (byte)'r') start++;
        var limit = Math.Min(text.Length, start + MaxName);
        while (end < limit && IsNameByte(text[end])) end++;
        while (end > start && text[end - 1] is (byte)'.' or (byte)'-') end--;
        return (start, end);
    }

    public static NameKind KindOf(ReadOnlySpan<byte> name)
    {
        if (name.Length is < 2 or >= MaxName) return NameKind.None;
        // A query's key; and the one that Sentry means for browsers.
        if (name.SequenceEqual("key"u8)) return NameKind.Key;
        if (name.SequenceEqual("sentry_key"u8)) return NameKind.None;
        Span<Range> words = stackalloc Range[MaxWords];
        var count = Split(name, words);
        if (count == 0) return NameKind.None;
        Span<char> buffer = stackalloc char[MaxName];

        var passwords = Passwords.GetAlternateLookup<ReadOnlySpan<char>>();
        var qualifiers = Qualifiers.GetAlternateLookup<ReadOnlySpan<char>>();
        var owners = KeyOwners.GetAlternateLookup<ReadOnlySpan<char>>();
        var spoilers = Spoilers.GetAlternateLookup<ReadOnlySpan<char>>();

        var last = count - 1;
        while (last > 0 && (Lower(name[words[last]], buffer) is var tail && (qualifiers.Contains(tail) || int.TryParse(tail, out _)))) last--;
        var kind = NameKind.None;
        var word = Lower(name[words[last]], buffer);
        while (word.Length > 3 && char.IsAsciiDigit(word[^1])) word = word[..^1];
        if (passwords.Contains(word) || EndsIn(word, PasswordEnds)) kind = NameKind.Password;
        else if (EndsIn(word, TokenEnds) || (word is "pat" or "jwt" or "dsn" && count > 1)) kind = NameKind.Token;
        else if (word is "auth" or "authorization" or "bearer") kind = NameKind.Token;
        else if (word is "phrase" && last > 0 && Lower(name[words[last - 1]], buffer) is "pass") kind = NameKind.Password;
        else if (word is "word" && last > 0 && Lower(name[words[last - 1]], buffer) is "pass") kind = NameKind.Password;
        else if (word is "salt" && last > 0) kind = NameKind.Key;
        else if (word is "key" or "keys" && last > 0)
        {
            kind = owners.Contains(Lower(name[words[last - 1]], buffer)) ? NameKind.Token : NameKind.Key;
        }
        if (kind == NameKind.None) return kind;
        // Sentry's client key is made to be seen: it only lets events in.
        if (kind == NameKind.Key && Lower(name[words[last - 1]], buffer) is "sentry") return NameKind.None;
        for (var i = 0; i < last; i++)
        {
            if (spoilers.Contains(Lower(name[words[i]], buffer))) return NameKind.None;
        }
        return kind;
    }

    private static bool EndsIn(ReadOnlySpan<char> word, string[] ends)
    {
        foreach (var end in ends)
        {
            if (word.EndsWith(end)) return true;
        }
        return false;
    }

    private static ReadOnlySpan<char> Lower(ReadOnlySpan<byte> word, Span<char> buffer)
    {
        for (var i = 0; i < word.Length; i++) buffer[i] = char.ToLowerInvariant((char)word[i]);
        return buffer[..word.Length];
    }

    /// <summary>Words of the last dotted part: spring.datasource.password is a password.</summary>
    private static int Split(ReadOnlySpan<byte> name, Span<Range> words)
    {
        var dot = name.LastIndexOf((byte)'.');
        var (at, count) = (dot + 1, 0);
        while (at < name.Length)
        {
            while (at < name.Length && !char.IsAsciiLetterOrDigit((char)name[at])) at++;
            if (at >= name.Length) break;
            var start = at++;
            while (at < name.Length && char.IsAsciiLetterOrDigit((char)name[at]) && !Turns(name, start, at)) at++;
            if (count == words.Length) return 0;
            words[count++] = start..at;
        }
        return count;
    }

    // fooBar, FOOBar, foo2bar stays together with its digits.
    private static bool Turns(ReadOnlySpan<byte> name, int start, int at)
    {
        var (before, here) = ((char)name[at - 1], (char)name[at]);
        if (char.IsAsciiLetterUpper(here) && !char.IsAsciiLetterUpper(before)) return true;
        return at > start && char.IsAsciiLetterUpper(here) && char.IsAsciiLetterUpper(before) && at + 1 < name.Length && char.IsAsciiLetterLower((char)name[at + 1]);
    }

    private static bool IsNameByte(byte b) => ByteClass.WordOrDash.Has(b) || b == '.';
}
