namespace DaemonRpc;

/// <summary>Declares a value with which a contract's method may fail, and which its caller gets.</summary>
/// <remarks>
/// The handler throws <c>new DaemonFaultException&lt;T&gt;(value)</c>, and the caller catches the same type. Without the declaration the caller gets
/// a <see cref="DaemonRemoteException"/> with the exception's message, as of any other exception.
/// </remarks>
/// <example>
/// <code>
/// [Fault(typeof(ParseProblem))]
/// Task&lt;Tree&gt; ParseAsync(string file, CancellationToken cancellationToken = default);
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public sealed class FaultAttribute : Attribute
{
    /// <summary>Declares a fault.</summary>
    /// <param name="type">The value's type, which must be one that a method can return.</param>
    public FaultAttribute(Type type) => Type = type;

    /// <summary>The value's type.</summary>
    public Type Type { get; }
}
