using DaemonRpc.Generators.Model;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes a contract method's signature for the client that implements it.</summary>
internal static class Signature
{
    /// <param name="method">The method.</param>
    /// <param name="declaring">The interface that an explicit implementation names.</param>
    public static string Of(MethodModel method, string declaring)
    {
        string parameters = string.Join(", ", method.Parameters.Select(parameter => Of(parameter, method.IsExplicit)));
        return method.IsExplicit
            ? $"{method.ReturnType} {declaring}.{method.Name}({parameters})"
            : $"public {method.ReturnType} {method.Name}({parameters})";
    }

    // An explicit implementation can be called only through the interface, so the interface's defaults and modifiers apply.
    private static string Of(ParameterModel parameter, bool isExplicit)
    {
        string plain = $"{parameter.Type} {parameter.Name}";
        if (isExplicit)
        {
            return plain;
        }

        return parameter.Default is { } value
            ? $"{parameter.Modifier}{plain} = {value}"
            : parameter.Modifier + plain;
    }
}
