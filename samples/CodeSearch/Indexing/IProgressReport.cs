namespace CodeSearch.Indexing;

/// <summary>Takes what the engine is doing. The daemon hands it to everybody who watches.</summary>
internal interface IProgressReport
{
    /// <summary>Says what is being done; must be cheap.</summary>
    void Report(string message, double? fraction = null);
}
