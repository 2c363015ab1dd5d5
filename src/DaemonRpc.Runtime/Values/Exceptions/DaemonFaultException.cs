namespace DaemonRpc;

/// <summary>
/// The handler failed with a value that the contract declares (<see cref="FaultAttribute"/>). The handler throws this exception, and the caller catches it.
/// </summary>
/// <typeparam name="T">The value's type, exactly as the contract declares it.</typeparam>
public sealed class DaemonFaultException<T> : DaemonRemoteException
{
    /// <summary>Creates the exception that a handler throws.</summary>
    /// <param name="fault">The value.</param>
    /// <param name="message">What people are told, for instance in the daemon's status and log; by default it names the value's type.</param>
    public DaemonFaultException(T fault, string? message = null)
        : this(fault, message ?? $"The call failed with a fault of type {typeof(T)}.", typeof(DaemonFaultException<T>).ToString(), remoteStackTrace: null)
    {
    }

    internal DaemonFaultException(T fault, string message, string remoteType, string? remoteStackTrace)
        : base(remoteType, message, remoteStackTrace) => Fault = fault;

    /// <summary>The value.</summary>
    public T Fault { get; }
}
