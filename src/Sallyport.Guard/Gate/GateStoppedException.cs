namespace Sallyport.Guard.Gate;

/// <summary>The gate did not let something pass. The message says what was found and where it would have gone, never the secret.</summary>
public sealed class GateStoppedException : GuardException
{
    /// <summary>For what would have gone to a destination.</summary>
    public GateStoppedException(Destination destination, string message, Exception? cause = null) : base(message, cause!) => Destination = destination;

    /// <summary>Where it would have gone.</summary>
    public Destination Destination { get; }
}
