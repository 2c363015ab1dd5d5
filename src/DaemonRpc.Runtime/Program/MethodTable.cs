using System.Diagnostics.CodeAnalysis;

namespace DaemonRpc.Program;

/// <summary>The forms in which this build understands the methods of a contract. Costs nothing until another build is met.</summary>
/// <param name="describe">Returns the methods in their whole forms.</param>
internal sealed class MethodTable(Func<IReadOnlyList<MethodForm>> describe)
{
    /// <summary>The fingerprints of all forms.</summary>
    public long[] Fingerprints => field ??= [.. Forms.Values.Select(static form => form.Fingerprint)];

    private Dictionary<uint, MethodForm> Forms => field ??= FormsOf(describe());

    /// <summary>Finds the form with an id.</summary>
    public bool TryFind(uint id, [NotNullWhen(true)] out MethodForm? form) => Forms.TryGetValue(id, out form);

    /// <summary>Returns the fingerprints that this build shares with another one.</summary>
    public long[] CommonWith(long[] others) => [.. Fingerprints.Where(fingerprint => others.AsSpan().Contains(fingerprint))];

    /// <summary>Returns the longest form of a method that another build understands, too; null if there is none.</summary>
    /// <param name="method">The method's id.</param>
    /// <param name="common">The fingerprints that both builds have.</param>
    public MethodForm? LongestCommon(uint method, long[] common)
    {
        MethodForm? form = Forms.GetValueOrDefault(method);
        while (form is not null && !(Forms.GetValueOrDefault(form.Id) == form && common.AsSpan().Contains(form.Fingerprint)))
        {
            form = form.Shorter;
        }

        return form;
    }

    /// <summary>Returns whether a call under an id is of a form that another build has, too.</summary>
    public bool IsCommon(uint id, long[] common) => TryFind(id, out MethodForm? form) && common.AsSpan().Contains(form.Fingerprint);

    private static Dictionary<uint, MethodForm> FormsOf(IReadOnlyList<MethodForm> methods)
    {
        Dictionary<uint, MethodForm> forms = methods.ToDictionary(static method => method.Id);
        List<uint> unclear = [];
        foreach (MethodForm method in methods)
        {
            for (MethodForm? form = method.Shorter; form is not null; form = form.Shorter)
            {
                // An id of the contract means that method. An id that two shorter forms would have means neither.
                if (!forms.TryAdd(form.Id, form) && forms[form.Id].Whole is not null)
                {
                    unclear.Add(form.Id);
                }
            }
        }

        unclear.ForEach(id => _ = forms.Remove(id));
        return forms;
    }
}
