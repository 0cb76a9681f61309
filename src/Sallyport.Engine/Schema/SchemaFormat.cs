using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sallyport.Engine.Schema;

/// <summary>The formats that are checked when asked for; any other is a note.</summary>
internal static class SchemaFormat
{
    public static bool Fits(string format, string value) => format switch
    {
        "date" => DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "date-time" => IsDateTime(value),
        "time" => IsDateTime("2000-01-01T" + value),
        "email" => IsEmail(value),
        "uri" => !value.Contains(' ', StringComparison.Ordinal) && value.Contains(':', StringComparison.Ordinal) && Uri.TryCreate(value, UriKind.Absolute, out _),
        "uri-reference" => Uri.TryCreate(value, UriKind.RelativeOrAbsolute, out _),
        "uuid" => value.Length == 36 && Guid.TryParseExact(value, "D", out _),
        "ipv4" => value.Split('.').Length == 4 && IPAddress.TryParse(value, out var four) && four.AddressFamily == AddressFamily.InterNetwork,
        "ipv6" => !value.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(value, out var six) && six.AddressFamily == AddressFamily.InterNetworkV6,
        "hostname" => value.Length <= 253 && Uri.CheckHostName(value) == UriHostNameType.Dns,
        _ => true,
    };

    public static bool IsKnown(string format) => format is "date" or "date-time" or "time" or "email" or "uri" or "uri-reference" or "uuid" or "ipv4" or "ipv6" or "hostname";

    public static string Title(string format) => format switch
    {
        "date" => "a date like 2027-01-31",
        "date-time" => "a time like 2027-01-31T12:00:00Z",
        "time" => "a time of day like 12:00:00Z",
        "email" => "an e-mail address",
        "uri" => "an absolute address like https://example.com/",
        "uuid" => "a UUID",
        "ipv4" => "an IPv4 address",
        "ipv6" => "an IPv6 address",
        "hostname" => "a host name",
        _ => format,
    };

    // RFC 3339: a zone is required, and the separator is T.
    private static bool IsDateTime(string value) =>
        value.Length >= 20 && value[10] is 'T' or 't' && (value[^1] is 'Z' or 'z' || (value.Length > 22 && value[^6] is '+' or '-' && value[^3] == ':'))
        && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsEmail(string value)
    {
        var at = value.LastIndexOf('@');
        return at is > 0 and <= 64 && value.IndexOf(' ', StringComparison.Ordinal) < 0 && Uri.CheckHostName(value[(at + 1)..]) is UriHostNameType.Dns && value[0] != '.' && value[at - 1] != '.';
    }
}
