using DaemonRpc.Generators.Model;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Computes the fingerprints by which builds of a contract tell whether they understand each other's calls of a method.</summary>
internal static class MethodForms
{
    /// <summary>Returns the forms of a contract's methods, without those methods of which nobody knows what they send.</summary>
    public static IEnumerable<MethodFormsModel> Of(IEnumerable<ContractMethod> methods, IEnumerable<MethodModel> models, WireTypes types) =>
        methods.Zip(models, (method, model) => Of(method, model, types)).OfType<MethodFormsModel>();

    private static MethodFormsModel? Of(ContractMethod method, MethodModel model, WireTypes types)
    {
        IParameterSymbol[] travelling = [.. WireSignature.Travelling(method.Symbol)];
        ParameterModel[] parameters = [.. model.Parameters.Where(static parameter => parameter.Kind != ParameterKind.CancellationToken)];
        ulong[] fingerprints = FingerprintsOf(method, travelling, types, out bool isKnown);
        if (!isKnown)
        {
            return null;
        }

        int fewest = WireSignature.FewestArguments(method.Symbol);
        return new MethodFormsModel
        {
            ConstantName = model.ConstantName,
            Arguments = travelling.Length,
            Fingerprint = fingerprints[travelling.Length],
            Shorter = new(Enumerable.Range(fewest, travelling.Length - fewest).Reverse().Select(count => new ShorterFormModel(
                MethodId.OfShorter(method.Symbol, count),
                fingerprints[count],
                parameters[count].Kind == ParameterKind.Value ? parameters[count].TravellingType : "bool",
                parameters[count].Kind == ParameterKind.Value ? parameters[count].Default! : "false"))),
        };
    }

    /// <summary>Returns a method's fingerprints by the number of arguments.</summary>
    private static ulong[] FingerprintsOf(ContractMethod method, IParameterSymbol[] parameters, WireTypes types, out bool isKnown)
    {
        Fingerprint fingerprint = new();
        fingerprint.Add(method.Symbol.Name);
        fingerprint.Add(WireSignature.AnswerOf(method));
        foreach (WireType type in WireSignature.AnswerTypesOf(method, types))
        {
            fingerprint.Add(type);
        }

        ulong[] fingerprints = new ulong[parameters.Length + 1];
        fingerprints[0] = fingerprint.Value;
        for (int index = 0; index < parameters.Length; index++)
        {
            fingerprint.Add(WireSignature.TextOf(parameters[index], types));
            fingerprint.Add(WireSignature.TypeOf(parameters[index], types));
            fingerprints[index + 1] = fingerprint.Value;
        }

        isKnown = fingerprint.IsKnown;
        return fingerprints;
    }
}
