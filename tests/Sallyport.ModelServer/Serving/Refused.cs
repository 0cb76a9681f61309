namespace Sallyport.ModelServer;

/// <summary>The server does not accept a request; the wire says it in its provider's words.</summary>
internal sealed class Refused(int status, string message, string? parameter = null, string? code = null) : Exception(message)
{
    public int Status { get; } = status;

    /// <summary>Where in the request, for the wires that tell.</summary>
    public string? Parameter { get; } = parameter;

    /// <summary>OpenAI's <c>code</c>, Gemini's <c>reason</c>.</summary>
    public string? Code { get; } = code;

    public TimeSpan? RetryAfter { get; init; }

    public static Refused Invalid(string message, string? parameter = null, string? code = null) => new(400, message, parameter, code);
}
