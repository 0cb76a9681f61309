namespace Sallyport.Guard.Gate;

/// <summary>
/// The one exit: the only maker of <see cref="Cleared{T}"/>. It tells its observer about everything that passes, so that
/// there is one place that knows what went where.
/// </summary>
/// <param name="departed">Called for each value that passes, before it leaves; null when nobody listens.</param>
public sealed class ExitGate(Action<Destination>? departed = null)
{
    /// <summary>Lets a value pass to a destination.</summary>
    /// <param name="value">What would leave.</param>
    /// <param name="destination">Where to.</param>
    /// <typeparam name="T">What leaves.</typeparam>
    public Cleared<T> Clear<T>(T value, Destination destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        departed?.Invoke(destination);
        return new Cleared<T>(value, destination);
    }
}
