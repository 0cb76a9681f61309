namespace Sallyport.Guard;

/// <summary>A target, policy or option that cannot be used. The message says what, where and what to do.</summary>
public class GuardException : Exception
{
    /// <summary>With a message for the person who asked.</summary>
    public GuardException(string message) : base(message) { }

    /// <summary>With a message for the person who asked, and the cause.</summary>
    public GuardException(string message, Exception cause) : base(message, cause) { }
}
