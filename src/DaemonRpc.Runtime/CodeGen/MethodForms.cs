using System.ComponentModel;
using DaemonRpc.Program;
using DaemonRpc.Serialization;

namespace DaemonRpc.CodeGen;

/// <summary>Takes the fingerprints of a contract's methods from generated code, when a client or daemon of another build is met.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class MethodForms
{
    private readonly List<MethodForm> _methods = [];
    private MethodForm? _last;

    internal MethodForms()
    {
    }

    /// <summary>Adds a method.</summary>
    /// <param name="method">The method's id.</param>
    /// <param name="arguments">The number of its arguments.</param>
    /// <param name="fingerprint">The hash of everything that its calls send.</param>
    public MethodForms Add(uint method, int arguments, ulong fingerprint)
    {
        _last = new MethodForm(method, method, arguments, unchecked((long)fingerprint));
        _methods.Add(_last);
        return this;
    }

    /// <summary>Adds a form of the last method that has one argument less than the form before it.</summary>
    /// <param name="id">The id that the method has without the argument.</param>
    /// <param name="fingerprint">The hash of everything that such calls send.</param>
    /// <param name="value">The argument's default value.</param>
    public MethodForms Without<T>(uint id, ulong fingerprint, T value)
    {
        MethodForm longer = _last ?? throw new InvalidOperationException("Add a method first.");
        var form = new MethodForm(longer.Method, id, longer.Arguments - 1, unchecked((long)fingerprint)) { Whole = longer.Whole ?? longer };
        longer.Shorter = form;

        // Written only when needed, because writing may load MemoryPack.
        longer.WriteLast = output => Value.Write(output, value, "default value", longer.Arguments);
        _last = form;
        return this;
    }

    /// <summary>Returns the methods that generated code describes.</summary>
    internal static IReadOnlyList<MethodForm> Of(Action<MethodForms> describe)
    {
        var forms = new MethodForms();
        describe(forms);
        return forms._methods;
    }
}
